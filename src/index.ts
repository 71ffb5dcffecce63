/**
 * ter-ven as a library: the protocol, the agent with its ports, the log and its projections, the ledger, and the embedded VTN.
 * The only barrel; inside the house files import one another directly.
 */
export { decodePayload, encodePayload } from './protocol/payload.ts';
export type {
  DecodeOptions,
  DecodeResult,
  Deviation,
  MessageName,
  MessageOf,
  OadrMessage,
  Refusal,
} from './protocol/payload.ts';
export type { Draft, Entry, Stream } from './facts/entry.ts';
export type { Facts, FactType, Input, KnownEntry, Output } from './facts/fact.ts';
export type { PriceSource, StatedPrice, StatedPrices, StatedSeries, StatedUnit } from './facts/prices.ts';
export type { DeviceSettings, VenSettings } from './facts/settings.ts';
export { machineVersion } from './machines/machineVersion.ts';
export { machines } from './machines/machines.ts';
export { Agent, type AgentOptions } from './shell/agent.ts';
export { foldLog, type FoldResult, type ReplayDivergence } from './shell/fold.ts';
export type { PlanAnswer, Planner } from './dispatch/planner.ts';
export type * from './dispatch/planningProblem.ts';
export type * from './dispatch/sitePlan.ts';
export type {
  Alarms,
  Chance,
  Clock,
  Device,
  ExchangeOutcome,
  ExchangeRequest,
  Journal,
  Ports,
  Transport,
} from './shell/ports.ts';
export { settingsSchema, type Settings } from './shell/settings/settings.ts';
export { venSettingsOf } from './shell/settings/venSettings.ts';
export { LogError } from './store/errors.ts';
export { diskUseOf, type DiskUse, type OnDisk } from './store/diskLog.ts';
export type { Checkpoint, EventLog, LogStats, ReadRange, Wire } from './store/eventLog.ts';
export type { Head } from './store/head.ts';
export { openLevelEventLog } from './store/level/levelEventLog.ts';
export type { LogStore, OpenLogOptions } from './store/logStore.ts';
export { openMemoryEventLog } from './store/memory/memoryEventLog.ts';
export { LiveProjections, type LiveOptions } from './store/live/liveProjections.ts';
export { rebuild, type Projected, type Projection } from './store/projection.ts';
export { ledgerFacts, ledgerProjection } from './settlement/ledger.ts';
export type { ExceptionKind, LedgerException, Stake } from './settlement/ledgerException.ts';
export type {
  Adjustment,
  AdjustmentCause,
  LedgerLine,
  LineDelivery,
  LineMoney,
  LinePart,
  PriceOrigin,
  ReadingVersion,
} from './settlement/ledgerLine.ts';
export type { LedgerState, PriceSeries } from './settlement/ledgerState.ts';
export type { Meter } from './settlement/meter.ts';
export { defaultRounding, roundBy, type RoundingPolicy } from './settlement/rounding.ts';
export { settle, type SettleOptions } from './settlement/settle.ts';
export type { Settlement, Totals } from './settlement/settlement.ts';
export type { Bill, BilledLine, BilledTotal } from './files/bill.ts';
export { billFromCsv } from './files/billFile.ts';
export { meterFromGreenButton } from './files/greenButton/greenButton.ts';
export { type Layout, layoutOfJson, layoutOfText, noLayout } from './files/layout.ts';
export type { FileReading } from './files/fileReading.ts';
export { type MeterFile, meterFromCsv } from './files/meterFile.ts';
export { UnusableFile } from './files/unusableFile.ts';
export { type BillRounding, inferBillRounding } from './settlement/reconciliation/billRounding.ts';
export type { HourClass, ReconciledHour } from './settlement/reconciliation/hour.ts';
export type { ReconcileInput } from './settlement/reconciliation/reconcileInput.ts';
export { reconcile, type Reconciliation } from './settlement/reconciliation/reconcile.ts';
export { type Claim, claimOf } from './settlement/claim.ts';
export { claimPage } from './settlement/page/claimPage.ts';
export { settlementPage } from './settlement/page/page.ts';
export { createVtn, type Vtn } from './vtn/vtn.ts';
export { startVtnServer, type VtnServer } from './vtn/http/vtnServer.ts';
