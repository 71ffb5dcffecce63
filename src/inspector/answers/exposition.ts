/** The text format in which Prometheus reads figures. */

/** A value with its labels. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
  /** What is added to the family's name: `_bucket`, `_sum`. */
  readonly suffix?: string;
}

/** Figures of one name. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
}

const escapedHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapedLabel = (text: string): string => escapedHelp(text).replaceAll('"', '\\"');

/** As Go reads numbers. */
const numberText = (value: number): string =>
  Number.isNaN(value)
    ? 'NaN'
    : value === Number.POSITIVE_INFINITY
      ? '+Inf'
      : value === Number.NEGATIVE_INFINITY
        ? '-Inf'
        : String(value);

const labelsText = (labels: Sample['labels'] = {}): string => {
  const pairs = Object.entries(labels).map(([name, text]) => `${name}="${escapedLabel(text)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

const familyText = ({ name, type, help, samples }: Family): string =>
  [
    `# HELP ${name} ${escapedHelp(help)}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(({ labels, value, suffix = '' }) => `${name}${suffix}${labelsText(labels)} ${numberText(value)}`),
  ].join('\n');

/** All figures as one text; families without a figure are left out. */
export const expositionOf = (families: readonly Family[]): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .map((family) => `${familyText(family)}\n`)
    .join('');

/** The samples of a histogram: each bucket holds all that is below its bound. */
export const histogramOf = (bounds: readonly number[], counts: readonly number[], sum: number): readonly Sample[] => {
  const upTo = counts.map((_, index) => counts.slice(0, index + 1).reduce((total, count) => total + count, 0));
  const all = upTo.at(-1) ?? 0;
  return [
    ...bounds.map((bound, index): Sample => ({
      suffix: '_bucket',
      labels: { le: String(bound) },
      value: upTo[index] ?? 0,
    })),
    { suffix: '_bucket', labels: { le: '+Inf' }, value: all },
    { suffix: '_sum', value: sum },
    { suffix: '_count', value: all },
  ];
};
