// What others may use of this package. Importing it loads nothing of Prisma; opening a database does.
export { type Database, openDatabase } from './database.ts';
