// Every migration, in order. To change the schema: add NNNN-what.ts and name it here.
import { first } from './0001-first.ts';
import { sending } from './0002-sending.ts';
import type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [first, sending];
