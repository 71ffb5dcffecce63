/** A statechart's picture, lit. */
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
  readonly svg: string;
  readonly name: string;
  readonly active: ReadonlySet<string>;
  readonly leaves: readonly string[];
  /** Ids of the groups of the step taken last. */
  readonly taken: ReadonlySet<string>;
  /** Ids of the groups of the ways that a guard kept the last step from. */
  readonly refused: ReadonlySet<string>;
  /** Ids of the groups of all steps since the last look. */
  readonly fresh: ReadonlySet<string>;
  /** Names the step taken last: when it changes, what is fresh glows. */
  readonly step: string;
  readonly zoom: number | 'fit';
  readonly follows: boolean;
  readonly point: (stateID: string | null) => void;
}

/** The picture as an element. Its stylesheet is the page's: a page without inline styles would drop another. */
const parse = (svg: string): SVGSVGElement => {
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  parsed.querySelectorAll('style').forEach((style) => style.remove());
  const picture = document.importNode<Element>(parsed, true);
  if (picture instanceof SVGSVGElement) return picture;
  throw new Error('The picture of the machine is no SVG.');
};

const mark = (picture: SVGSVGElement, selector: string, name: string, ids: ReadonlySet<string>): void =>
  picture.querySelectorAll(selector).forEach((group) => group.classList.toggle(name, ids.has(group.id)));

const glow = (picture: SVGSVGElement, ids: ReadonlySet<string>): void => {
  picture.querySelectorAll('.glows').forEach((group) => group.classList.remove('glows'));
  picture.getBoundingClientRect();
  for (const id of ids) picture.getElementById(id)?.classList.add('glows');
};

const isSmooth = (): boolean => !matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Moves the picture only when what is active is out of view. */
const bringIntoView = (frame: HTMLElement, picture: SVGSVGElement, leaves: readonly string[]): void => {
  const boxes = leaves.flatMap((id) => picture.getElementById(id)?.getBoundingClientRect() ?? []);
  if (boxes.length === 0) return;
  const view = frame.getBoundingClientRect();
  const left = Math.min(...boxes.map((box) => box.left));
  const right = Math.max(...boxes.map((box) => box.right));
  const top = Math.min(...boxes.map((box) => box.top));
  const bottom = Math.max(...boxes.map((box) => box.bottom));
  if (left >= view.left && right <= view.right && top >= view.top && bottom <= view.bottom) return;
  frame.scrollBy({
    left: (left + right) / 2 - (view.left + view.right) / 2,
    top: (top + bottom) / 2 - (view.top + view.bottom) / 2,
    behavior: isSmooth() ? 'smooth' : 'auto',
  });
};

const naturalOf = (picture: SVGSVGElement): { readonly width: number; readonly height: number } => ({
  width: picture.viewBox.baseVal.width,
  height: picture.viewBox.baseVal.height,
});

/** Below this size the words of a picture cannot be read any more. */
const farBelow = 0.8;

/** A picture that is shown whole becomes no smaller: where it does not fit, it is scrolled, and its names are not over each other. */
const legible = 0.55;

const scaleTo = (frame: HTMLElement, picture: SVGSVGElement, zoom: number | 'fit'): void => {
  const { width, height } = naturalOf(picture);
  const scale =
    zoom === 'fit'
      ? Math.min(1, Math.max(legible, Math.min((frame.clientWidth - 26) / width, (frame.clientHeight - 14) / height)))
      : zoom;
  // From far away the names are what is to be read: they keep a size, and what is said of the ways is left out.
  picture.classList.toggle('far', scale < farBelow);
  picture.style.setProperty('--far', String(1 / scale));
  picture.setAttribute('width', String(Math.round(width * scale)));
  picture.setAttribute('height', String(Math.round(height * scale)));
};

/** The picture. */
export const Drawing = ({
  svg,
  name,
  active,
  leaves,
  taken,
  refused,
  fresh,
  step,
  zoom,
  follows,
  point,
}: Props): VNode => {
  const frame = useRef<HTMLDivElement>(null);
  const picture = useRef<SVGSVGElement | null>(null);
  useLayoutEffect(() => {
    picture.current = parse(svg);
    frame.current?.replaceChildren(picture.current);
  }, [svg]);
  useLayoutEffect(() => {
    if (picture.current === null) return;
    mark(picture.current, '.state', 'lit', active);
    mark(picture.current, '.state', 'leaf', new Set(leaves));
    mark(picture.current, '.transition, .connection', 'taken', taken);
    mark(picture.current, '.transition, .connection', 'refused', refused);
    picture.current.setAttribute('aria-label', `Statechart ${name}. Active: ${leaves.join(', ') || 'none'}`);
  });
  useEffect(() => {
    if (picture.current !== null && step !== '') glow(picture.current, fresh);
  }, [svg, step]);
  useLayoutEffect(() => {
    const [holder, drawn] = [frame.current, picture.current];
    if (holder === null || drawn === null) return undefined;
    scaleTo(holder, drawn, zoom);
    const observer = new ResizeObserver(() => scaleTo(holder, drawn, zoom));
    observer.observe(holder);
    return () => observer.disconnect();
  }, [svg, zoom]);
  useLayoutEffect(() => {
    if (follows && frame.current !== null && picture.current !== null)
      bringIntoView(frame.current, picture.current, leaves);
  }, [svg, leaves.join(' '), zoom, follows]);
  const pointed = ({ target }: Event): void =>
    point(target instanceof Element ? (target.closest('.state')?.id ?? null) : null);
  return (
    <div
      class="drawing"
      ref={frame}
      tabIndex={0}
      role="region"
      aria-label={`Picture of ${name}`}
      onPointerOver={pointed}
      onPointerLeave={() => point(null)}
      onClick={pointed}
    />
  );
};
