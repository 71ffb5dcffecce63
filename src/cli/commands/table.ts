import type { CommandTable } from '../command.ts';
import { cancelCommand, optCommand, registerCommand } from './ask.ts';
import { backtestCommand } from './backtest.ts';
import { bundleCommand, bundleInspectCommand } from './bundle.ts';
import { conformanceCommand } from './conformance.ts';
import { deliveriesCommand } from './deliveries.ts';
import { demoCommand } from './demo.ts';
import { devicesCommand, distrustCommand, trustCommand } from './devices.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import {
  fleetAddCommand,
  fleetDemoCommand,
  fleetDrainCommand,
  fleetPauseCommand,
  fleetReleaseCommand,
  fleetReloadCommand,
  fleetRemoveCommand,
  fleetRunCommand,
  fleetStatusCommand,
  fleetVenCommand,
} from './fleet.ts';
import { helpCommand } from './help.ts';
import { initCommand } from './init.ts';
import { inspectCommand } from './inspect.ts';
import { fingerprintCommand } from './fingerprint.ts';
import { keyCheckCommand, keyNewCommand, keyRequestCommand, keyShowCommand, keyVerifyCommand } from './key.ts';
import {
  logBackupCommand,
  logCompactCommand,
  logFollowCommand,
  logForkCommand,
  logListCommand,
  logRepairCommand,
  logRestoredCommand,
  logShowCommand,
  logStatsCommand,
  logVerifyCommand,
  logWhereCommand,
} from './log.ts';
import { migrateCommand } from './migrate.ts';
import { optCancelCommand, optInCommand, optListCommand, optOutCommand } from './opt.ts';
import { overrideCommand, overrideListCommand, releaseCommand } from './override.ts';
import { planCommand } from './plan.ts';
import { pricesCommand } from './prices.ts';
import { reloadCommand } from './reload.ts';
import { replayCommand } from './replay.ts';
import { reproduceCommand } from './reproduce.ts';
import { runCommand } from './run.ts';
import { settleCommand } from './settle.ts';
import { statusCommand } from './status.ts';
import { usageCommand } from './usage.ts';
import { wishCancelCommand, wishKeepCommand, wishLeaveCommand, wishListCommand } from './wish.ts';
import { vtnCommand } from './vtn.ts';

/** All commands by the words that call them, in the order of the help. */
export const COMMANDS: CommandTable = {
  init: initCommand,
  run: runCommand,
  demo: demoCommand,
  doctor: doctorCommand,
  inspect: inspectCommand,
  status: statusCommand,
  plan: planCommand,
  prices: pricesCommand,
  usage: usageCommand,
  deliveries: deliveriesCommand,
  settle: settleCommand,
  backtest: backtestCommand,
  'log list': logListCommand,
  'log show': logShowCommand,
  'log follow': logFollowCommand,
  'log where': logWhereCommand,
  'log fork': logForkCommand,
  'log stats': logStatsCommand,
  'log verify': logVerifyCommand,
  'log compact': logCompactCommand,
  'log repair': logRepairCommand,
  'log backup': logBackupCommand,
  'log restored': logRestoredCommand,
  migrate: migrateCommand,
  replay: replayCommand,
  explain: explainCommand,
  bundle: bundleCommand,
  'bundle inspect': bundleInspectCommand,
  reproduce: reproduceCommand,
  'key new': keyNewCommand,
  'key show': keyShowCommand,
  'key verify': keyVerifyCommand,
  'key request': keyRequestCommand,
  'key check': keyCheckCommand,
  fingerprint: fingerprintCommand,
  devices: devicesCommand,
  'devices trust': trustCommand,
  'devices distrust': distrustCommand,
  'wish leave': wishLeaveCommand,
  'wish keep': wishKeepCommand,
  'wish list': wishListCommand,
  'wish cancel': wishCancelCommand,
  reload: reloadCommand,
  override: overrideCommand,
  'override list': overrideListCommand,
  release: releaseCommand,
  opt: optCommand,
  'opt out': optOutCommand,
  'opt in': optInCommand,
  'opt list': optListCommand,
  'opt cancel': optCancelCommand,
  register: registerCommand,
  cancel: cancelCommand,
  'fleet run': fleetRunCommand,
  'fleet status': fleetStatusCommand,
  'fleet ven': fleetVenCommand,
  'fleet add': fleetAddCommand,
  'fleet remove': fleetRemoveCommand,
  'fleet pause': fleetPauseCommand,
  'fleet drain': fleetDrainCommand,
  'fleet release': fleetReleaseCommand,
  'fleet reload': fleetReloadCommand,
  'fleet demo': fleetDemoCommand,
  vtn: vtnCommand,
  conformance: conformanceCommand,
  help: helpCommand(() => COMMANDS),
};
