import { Skeleton } from '../../ui/states.js';
import { tileGrid } from './tile-grid.js';

/** The grid before it is known what is in it. */
export function SkeletonGrid() {
  return (
    <div className={tileGrid}>
      {Array.from({ length: 12 }, (_, index) => (
        <Skeleton key={index} className="aspect-[4/5]" />
      ))}
    </div>
  );
}
