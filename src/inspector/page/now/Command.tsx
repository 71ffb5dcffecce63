/** A command to copy: this page itself changes nothing. */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../shell/Icon.tsx';

/** How long it is said that it was copied. @unit ms */
const saidMs = 1_500;

/** The command, and a way to take it along. Where a browser gives no clipboard, the text can still be selected. */
export const Command = ({ text }: { readonly text: string }): VNode => {
  const [isCopied, setCopied] = useState(false);
  const copy = (): void => {
    const copied = navigator.clipboard as Clipboard | undefined;
    if (copied === undefined) return;
    void copied.writeText(text).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), saidMs);
      },
      () => undefined,
    );
  };
  return (
    <button type="button" class="command" onClick={copy} title="Copy" aria-label={`Copy: ${text}`}>
      <code>{isCopied ? 'copied' : text}</code>
      <Icon name="copy" size={12} />
    </button>
  );
};
