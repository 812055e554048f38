/** Files of Anubis that a test writes down. */
import { parseYaml } from '../../src/cli/anubis-files.ts';
import type { AnubisFiles } from '../../src/core/policy/anubis/source.ts';

export function memoryFiles(files: Readonly<Record<string, string>>): AnubisFiles {
  return {
    read: (name) => (Object.hasOwn(files, name) ? files[name] : undefined),
    list: (folder) =>
      Object.keys(files).filter((name) => folder === '.' || name.startsWith(`${folder}/`)),
    parse: parseYaml,
  };
}
