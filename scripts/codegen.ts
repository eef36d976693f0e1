// Writes the TypeScript types of resolvers, events and client operations into git-ignored `generated/` folders.
import { writeGenerated } from './codegen/generated-files.ts';

await writeGenerated();
