/** What a person watching the demo is told: each thing once, in few words. */
import type { KnownEntry } from '../../facts/fact.ts';
import { dayOf, hourMs, localText } from '../../programme/calendar.ts';
import { amountOf, comingToYou } from '../../programme/money.ts';
import { signalValue } from '../../protocol/elements/interval.ts';
import { priceAt } from '../../store/projections/priceSlots.ts';
import { netUsage } from '../../store/projections/usage.ts';
import type { KnownThen } from '../run/narrator.ts';
import { directedText, kilowattHoursText, priceText } from '../dayTable.ts';
import { moneyWords } from '../../programme/moneyWords.ts';
import { narrate, type Narrated } from '../../telling/narrate.ts';

/** A reading that is told much later than it stands for was fetched from the device's memory. @unit ms */
const freshForMs = 30 * 60_000;

type Of<Type extends KnownEntry['type']> = KnownEntry & { readonly type: Type };

const info = (text: string): Narrated => ({ level: 'info', text });

/** `Sun 22 Nov` */
export const dayName = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone })
    .format(at)
    .replace(',', '');

const clockText = (at: number, timeZone: string): string => localText(at, timeZone).slice(11, 16);

const pace = (ms: number): string =>
  ms % hourMs === 0 ? (ms === hourMs ? 'hour' : `${ms / hourMs} hours`) : `${ms / 60_000} min`;

/** Follows one run and tells it. */
export class DemoStory {
  readonly #timeZone: string;
  readonly #told = new Set<string>();
  readonly #dayOfDelivery = new Map<string, string>();
  #isUsageDue = false;

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** What is worth telling of an entry; null for nothing. */
  tell(entry: KnownEntry, known: KnownThen): Narrated | null {
    switch (entry.type) {
      case 'AgentStarted':
        return info(
          entry.data.settings === undefined
            ? 'Started again with the same settings'
            : `Registering as venID ${entry.data.settings.venID}`,
        );
      case 'Registered':
        return this.#once('Registered', `Registered with ${entry.data.vtnID}`);
      case 'ReportsRegistered':
        return (
          this.#once('ReportsRegistered', `Reports registered: ${entry.data.reportSpecifierIDs.join(', ')}`) ??
          this.#anew()
        );
      case 'ReportRequestAccepted':
        return this.#once(
          `asked ${entry.data.kind}`,
          `The VTN asks for ${entry.data.kind} by the ${pace(entry.data.granularityMs)}, every ${pace(entry.data.reportBackMs)}`,
        );
      case 'DrEventAccepted':
        return this.#prices(entry);
      case 'DrEventAnswered':
        return this.#once(
          `answered ${entry.data.eventID} ${entry.data.modificationNumber}`,
          `Answered: ${entry.data.optType}`,
        );
      case 'MeterRead':
        return this.#hour(entry, known);
      case 'UsageDue':
        return this.#due(entry);
      case 'UsageDeliveryAcknowledged':
        this.#isUsageDue = false;
        return info(
          `Usage of ${this.#dayOfDelivery.get(entry.data.deliveryID) ?? 'the day'} delivered and acknowledged (${entry.data.responseCode})`,
        );
      default:
        return this.#trouble(entry);
    }
  }

  /** Says a thing the first time only. */
  #once(key: string, text: string): Narrated | null {
    if (this.#told.has(key)) return null;
    this.#told.add(key);
    return info(text);
  }

  #anew(): Narrated {
    return info(
      `Registered anew, so that the VTN surely knows us ${this.#isUsageDue ? 'when usage is sent' : 'when prices come'}`,
    );
  }

  #prices({ data }: Of<'DrEventAccepted'>): Narrated {
    const prices = data.event.eiEventSignals.eiEventSignal.flatMap(({ intervals }) =>
      intervals.flatMap((interval) => signalValue(interval) ?? []),
    );
    const sorted = [...prices].sort((a, b) => Number(a) - Number(b));
    const day = dayName(data.startAt, this.#timeZone);
    return info(
      `Prices for ${day}: ${prices.length} hours, ${priceText(sorted[0] ?? null)} to ${priceText(sorted.at(-1) ?? null)} USD/kWh`,
    );
  }

  #hour({ data, recordedAt }: Of<'MeterRead'>, { prices, usage }: KnownThen): Narrated | null {
    const { resourceID, boundaryAt, status } = data;
    if (boundaryAt % hourMs !== 0 || recordedAt - boundaryAt > freshForMs) return null;
    const startAt = boundaryAt - hourMs;
    const { energyWattHours } = netUsage(usage, resourceID, startAt, hourMs);
    if (energyWattHours === null) return null;
    const usdPerKwh = priceAt(prices, startAt)?.usdPerKwh ?? null;
    const amount = usdPerKwh === null ? '–' : moneyWords(comingToYou(amountOf(usdPerKwh, energyWattHours)));
    const hours = `${clockText(startAt, this.#timeZone)}–${clockText(boundaryAt, this.#timeZone)}`;
    const charge = Math.round((status.stateOfCharge ?? 0) * 100);
    return info(
      `Metered ${hours} ${directedText(kilowattHoursText(energyWattHours)).padStart(7)} kWh × ${priceText(usdPerKwh).padStart(6)} → ${amount.padStart(6)}  battery ${String(charge).padStart(3)} %`,
    );
  }

  #due({ data }: Of<'UsageDue'>): Narrated | null {
    const intervals = data.usage.flatMap((usage) => usage.intervals);
    const from = Math.min(...intervals.map(({ startAt }) => startAt));
    const day = dayName(from, this.#timeZone);
    this.#dayOfDelivery.set(data.deliveryID, day);
    this.#isUsageDue = true;
    const net = intervals.reduce((sum, { energyWattHours }) => sum + (energyWattHours ?? 0), 0);
    return this.#once(
      `due ${dayOf(from, this.#timeZone).day}`,
      `The usage report of ${day} is due: ${intervals.length} hours, ${directedText(kilowattHoursText(net))} kWh net`,
    );
  }

  #trouble(entry: KnownEntry): Narrated | null {
    const told = narrate(entry, this.#timeZone);
    return told?.level === 'warn' ? told : null;
  }
}
