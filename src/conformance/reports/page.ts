import { prettyXml } from '../../inspector/answers/prettyXml.ts';
import { documentOf } from '../../settlement/page/document.ts';
import { html, nothing, type Html } from '../../settlement/page/html.ts';
import type { CaseResult } from '../runCase.ts';
import type { WiredExchange } from '../traffic.ts';
import { conclusion, remarkOn, type ConformanceReport } from './report.ts';

const utc = (at: number): string =>
  new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');

const isQuiet = ({ asked, answer }: WiredExchange): boolean =>
  asked.message?.message === 'oadrPoll' && answer?.message?.message === 'oadrResponse';

const messageName = (text: WiredExchange['answer'], failure = 'no answer'): string =>
  text === undefined ? failure : (text.message?.message ?? (text.xml === '' ? 'an empty body' : 'no message'));

/** One exchange; of polls that bring nothing only the first is shown in full. */
const exchangeSection = (exchange: WiredExchange, place: number, isShown: boolean): Html => {
  const { by, at, service, asked, answer, failure } = exchange;
  const line = `${place}  ${utc(at)}  ${by === 'VTN' ? 'pushed to ' : ''}${service}: ${messageName(asked)} → ${messageName(answer, failure)}`;
  if (!isShown) return nothing;
  return html`<details>
    <summary>${line}</summary>
    <pre>${prettyXml(asked.xml)}</pre>
    ${answer === undefined || answer.xml === '' ? nothing : html`<pre>${prettyXml(answer.xml)}</pre>`}
  </details>`;
};

const exchangesSection = ({ exchanges }: CaseResult): Html => {
  const firstQuiet = exchanges.findIndex(isQuiet);
  const quiet = exchanges.filter(isQuiet).length;
  return html`<h4>Messages</h4>
    ${exchanges.map((each, place) => exchangeSection(each, place, !isQuiet(each) || place === firstQuiet))}
    ${quiet > 1 ? html`<p>${quiet} polls brought nothing; the first of them is shown.</p>` : nothing}`;
};

const whose = { tester: 'Tester', VTN: 'VTN', expected: 'Expected' } as const;

const caseSection = (result: CaseResult): Html => {
  const { name, title, verdict, rows, steps, findings, because, exchanges } = result;
  return html`<section id="${name}">
    <h3>${name}: ${title}</h3>
    <p>
      <strong>${verdict}</strong>${because === undefined ? nothing : html`: ${because}`}
      ${rows.length === 0 ? nothing : html`<br />Rows of the checklist: ${rows.join(', ')}`}
    </p>
    ${
      steps.length === 0
        ? nothing
        : html`<h4>Steps</h4>
            <ol>
              ${steps.map(
                ({ at, who, text, isSo, found }) =>
                  html`<li>
                    ${utc(at)} ${whose[who]}:
                    ${text}${isSo ? nothing : html` <strong>– not so: ${found ?? ''}</strong>`}
                  </li>`,
              )}
            </ol>`
    }
    ${
      findings.length === 0
        ? nothing
        : html`<h4>Always-on checks</h4>
            <ul>
              ${findings.map(({ of, place, text }) => html`<li>${of}, exchange ${place}: ${text}</li>`)}
            </ul>`
    }
    ${exchanges.length === 0 ? nothing : exchangesSection(result)}
  </section>`;
};

/** A run as a page that a person takes to certification; it needs nothing from anywhere. */
export const reportPage = (report: ConformanceReport): string => {
  const { version, vtn, startedAt, schemas, results } = report;
  return documentOf(
    `OpenADR 2.0b VEN conformance, ter-ven ${version}`,
    html`<h1>OpenADR 2.0b VEN conformance</h1>
      <p><strong>${conclusion(report)}</strong></p>
      <dl>
        <dt>VEN</dt>
        <dd>ter-ven ${version} over simple HTTP, polling and pushed to as the cases say</dd>
        <dt>VTN</dt>
        <dd>${vtn}</dd>
        <dt>Date</dt>
        <dd>${utc(startedAt)}</dd>
        <dt>Schemas</dt>
        <dd>${schemas.kind === 'run' ? `SHA-256 ${schemas.hash}` : `not run: ${schemas.because}`}</dd>
      </dl>
      <p>This run is our own; it is not the certification of the OpenADR Alliance.</p>
      <table>
        <thead>
          <tr>
            <th>Case</th>
            <th>CaseVerdict</th>
            <th>What it is about</th>
            <th>What was seen</th>
          </tr>
        </thead>
        <tbody>
          ${results.map(
            (each) =>
              html`<tr>
                <td><a href="#${each.name}">${each.name}</a></td>
                <td>${each.verdict}</td>
                <td>${each.title}</td>
                <td>${remarkOn(each)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      ${results.map(caseSection)}`,
  );
};
