import { MavenJars } from './maven-jars.js';

const jars = new MavenJars('kafka', new URL('../kafka/pom.xml', import.meta.url));

/** Of the broker, as the pom pins it. */
export const kafkaVersion = jars.version;

/** Folder of the broker's jars; undefined until they were fetched. */
export function kafkaJars(): string | undefined {
  return jars.folder;
}

/** Fetches the jars (44 MB). */
export function fetchKafkaJars(): void {
  jars.fetch();
}
