import type { CheckFinding } from '../alwaysOn.ts';
import type { CaseResult } from '../runCase.ts';
import type { WiredExchange } from '../traffic.ts';
import { isBrokenOff, isGreen, tally, type ConformanceReport } from './report.ts';

const iso = (at: number): string => new Date(at).toISOString();

const exchangeJson = ({ by, at, service, asked, answer, failure }: WiredExchange) => ({
  by,
  at: iso(at),
  service,
  asked: asked.message?.message ?? null,
  answered: answer?.message?.message ?? null,
  askedXml: asked.xml,
  ...(answer === undefined ? {} : { answerXml: answer.xml }),
  ...(failure === undefined ? {} : { failure }),
});

const findingJson = ({ of, place, text }: CheckFinding) => ({ of, exchange: place, text });

const caseJson = ({ name, title, rows, verdict, because, steps, findings, exchanges }: CaseResult) => ({
  name,
  title,
  rows,
  verdict,
  ...(because === undefined ? {} : { because }),
  steps: steps.map(({ at, ...step }) => ({ at: iso(at), ...step })),
  findings: findings.map(findingJson),
  exchanges: exchanges.map(exchangeJson),
});

/** A run as one document. */
export const reportJson = (report: ConformanceReport) => ({
  version: report.version,
  startedAt: iso(report.startedAt),
  durationMs: report.durationMs,
  vtn: report.vtn,
  schemas: report.schemas.kind === 'run' ? { sha256: report.schemas.hash } : { notRun: report.schemas.because },
  isGreen: isGreen(report),
  isBrokenOff: isBrokenOff(report),
  ...tally(report.results),
  cases: report.results.map(caseJson),
});
