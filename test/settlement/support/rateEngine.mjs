/**
 * An engine that is not ours, for comparison: the firm that runs the programme's VTN wrote it. It takes years as a whole,
 * places hours by the time zone of its process, and counts in floats; so it has a process of its own.
 * stdin: {year, load, prices}, kWh and USD/kWh by the hour. stdout: {hours, months} in USD.
 */
import { createRequire } from 'node:module';

const { RateCalculator, RateElementTypeEnum, LoadProfile } = createRequire(import.meta.url)(
  '@bellawatt/electric-rate-engine',
);

const read = async () => {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
  return JSON.parse(text);
};

const { year, load, prices } = await read();
RateCalculator.shouldValidate = false;
const calculator = new RateCalculator({
  name: 'hourly',
  title: 'hourly',
  loadProfile: new LoadProfile(load, { year }),
  rateElements: [
    {
      name: 'energy',
      rateElementType: RateElementTypeEnum?.HourlyEnergy ?? 'HourlyEnergy',
      priceProfile: prices,
      rateComponents: [],
    },
  ],
});
const [element] = calculator.rateElements();
process.stdout.write(
  JSON.stringify({
    months: element.costs(),
    hours: element.rateComponents().map((component) => component.annualCost()),
  }),
);
