/** Light, dark, or as the system has it; the choice is kept in this browser. */
import { effect, signal } from '@preact/signals';

/** What somebody chose. */
export type Theme = 'system' | 'light' | 'dark';

const themes: readonly Theme[] = ['system', 'light', 'dark'];
const key = 'ter-ven theme';

const kept = (): Theme => {
  try {
    return themes.find((each) => each === localStorage.getItem(key)) ?? 'system';
  } catch {
    return 'system';
  }
};

/** The theme in force. */
export const theme = signal<Theme>(kept());

const darkByWish = matchMedia('(prefers-color-scheme: dark)');

/** Counts changes of the look, for what is drawn on a canvas. */
export const look = signal(0);

/** Puts the theme on the document and keeps it. */
export const keepTheme = (): void => {
  darkByWish.addEventListener('change', () => (look.value += 1));
  effect(() => {
    if (theme.value === 'system') document.documentElement.removeAttribute('data-theme');
    else document.documentElement.dataset['theme'] = theme.value;
    look.value = look.peek() + 1;
    try {
      localStorage.setItem(key, theme.value);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  });
};

/** Goes from one theme to the next. */
export const nextTheme = (): void => {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'system';
};

/** A colour of the stylesheet, for what is drawn on a canvas. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
