import type { ColumnType, Generated } from 'kysely';
import type { Preferences } from '../domain/preferences.js';
import type { ReferenceRole } from '../domain/reference.js';

/** Tables of what belongs to one user alone. */
export interface UserTables {
  readonly user_references: {
    readonly owner_id: string;
    readonly tag_key: string;
    readonly tag: string;
    readonly name: string;
    readonly image_url: string;
    readonly role: ReferenceRole | '';
    readonly thumbnail_key: string;
    readonly created_at: Generated<Date>;
  };
  readonly sessions: {
    readonly owner_id: string;
    readonly session_id: string;
    readonly chosen_image: string | null;
    readonly chosen_at: Date | null;
    readonly created_at: Date;
    readonly updated_at: Date;
  };
  readonly session_entries: {
    readonly owner_id: string;
    readonly session_id: string;
    readonly generation_id: string;
    readonly prompt: string;
    readonly image_url: string;
    readonly content_type: string;
    readonly created_at: Date;
  };
  readonly preferences: {
    readonly owner_id: string;
    readonly content: ColumnType<Preferences>;
    readonly version: number;
    readonly created_at: Date;
    readonly updated_at: Date;
  };
}
