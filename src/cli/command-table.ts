/** All commands of `edgetoll`; a further one is one file and one entry. */
import type { Command } from './command.ts';
import { assessCommand } from './commands/assess.ts';
import { checkCommand } from './commands/check.ts';
import { diffCommand } from './commands/diff.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { generateCommand } from './commands/generate.ts';
import { importCommand } from './commands/import.ts';
import { lockdownCommand } from './commands/lockdown.ts';
import { priceCommand } from './commands/price.ts';
import { pushCommand } from './commands/push.ts';
import { reportCommand } from './commands/report.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { routesCommand } from './commands/routes.ts';
import { schemaCommand } from './commands/schema.ts';
import { simulateCommand } from './commands/simulate.ts';
import { statusCommand } from './commands/status.ts';
import { testCommand } from './commands/test.ts';

/** In the order in which an operator meets them. */
export const COMMANDS: readonly Command[] = [
  checkCommand,
  explainCommand,
  testCommand,
  diffCommand,
  importCommand,
  exportCommand,
  pushCommand,
  rollbackCommand,
  statusCommand,
  schemaCommand,
  routesCommand,
  assessCommand,
  priceCommand,
  simulateCommand,
  lockdownCommand,
  reportCommand,
  generateCommand,
];
