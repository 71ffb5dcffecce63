/** What a plan was asked, and the two problems that come of it: of the devices that are told, and of those in shadow. */
import type { DeviceTerms, ForecastSpan, PlanningProblem, PlanSpan } from '../dispatch/planningProblem.ts';
import type { PlannedDevice } from '../facts/planning.ts';
import type { ExportPriceTerms } from '../facts/preferences.ts';

/** All that was known when a plan was asked for. Plain data, so that it can be kept beside the plan. */
export interface QuestionPut extends Omit<PlanningProblem, 'devices'> {
  /** The devices that are told. */
  readonly driven: readonly DeviceTerms[];
  readonly shadowed: readonly DeviceTerms[];
  /** How export is paid by the settings; absent: as the prices say. It is in the prices already. */
  readonly exportPrice?: ExportPriceTerms;
}

/** The question of one kind of devices. */
const problemOf = (
  { driven: _driven, shadowed: _shadowed, exportPrice: _exportPrice, ...common }: QuestionPut,
  devices: readonly DeviceTerms[],
): PlanningProblem => ({ ...common, devices });

/** What is asked of the devices that are told. */
export const siteProblem = (question: QuestionPut): PlanningProblem => problemOf(question, question.driven);

/** What is expected behind the meter, with what the devices do that are told. */
const withDriven = (
  forecast: readonly ForecastSpan[],
  driven: readonly PlannedDevice[],
  { fromAt, toAt }: Pick<PlanningProblem, 'fromAt' | 'toAt'>,
): readonly ForecastSpan[] => {
  const slots = driven.flatMap((each) => each.slots);
  const cuts = [fromAt, toAt, ...[...forecast, ...slots].flatMap(({ startAt, endAt }) => [startAt, endAt])];
  const edges = [...new Set(cuts)].filter((at) => at >= fromAt && at <= toAt).sort((a, b) => a - b);
  return edges.slice(0, -1).map((startAt, index) => {
    const isOn = (span: PlanSpan): boolean => span.startAt <= startAt && startAt < span.endAt;
    const { loadWatts = 0, pvWatts = 0 } = forecast.find(isOn) ?? {};
    const watts = slots.filter(isOn).reduce((sum, { demandWatts }) => sum + demandWatts, 0);
    return {
      startAt,
      endAt: edges[index + 1] as number,
      loadWatts: loadWatts + Math.max(0, watts),
      pvWatts: pvWatts + Math.max(0, -watts),
    };
  });
};

/**
 * What is asked of the devices in shadow, beside what the others do; null when none is in shadow. The others count as what is expected
 * behind the meter, and nothing counts on what cannot move.
 */
export const shadowProblem = (question: QuestionPut, driven: readonly PlannedDevice[]): PlanningProblem | null => {
  if (question.shadowed.length === 0) return null;
  const problem = { ...problemOf(question, question.shadowed), overrides: [], constraints: [] };
  if (driven.every(({ slots }) => slots.every(({ demandWatts }) => demandWatts === 0))) return problem;
  return { ...problem, site: { ...problem.site, forecast: withDriven(problem.site.forecast ?? [], driven, problem) } };
};
