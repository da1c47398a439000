import type { CSSProperties } from 'react';

import type { AnsiSpan } from './ansi.ts';

/** The 16 colours of a terminal as this console has them; each is readable on its ground in both themes. */
const COLORS = ['--text', '--bad', '--ok', '--warn', '--accent', '--model', '--tool', '--soft'] as const;

/** One line of terminal output with its colours. */
export function AnsiText({ spans }: { spans: readonly AnsiSpan[] }) {
  return spans.map((span, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- the spans of a line have no other identity.
    <span key={index} style={styleOf(span)}>
      {span.text}
    </span>
  ));
}

function styleOf({ background, bold, color, dim, italic, underline }: AnsiSpan): CSSProperties {
  // A ground of the output's own would make our text colours unreadable: it is shown as a frame instead.
  return {
    ...(color === undefined ? {} : { color: colorOf(color) }),
    ...(background === undefined ? {} : { boxShadow: `inset 0 -2px 0 ${colorOf(background)}` }),
    ...(bold ? { fontWeight: 700 } : {}),
    ...(dim && color === undefined ? { color: 'var(--soft)' } : {}),
    ...(italic ? { fontStyle: 'italic' } : {}),
    ...(underline ? { textDecoration: 'underline' } : {}),
  };
}

function colorOf(color: string): string {
  const known = /^\d+$/.test(color) ? COLORS[Number(color) % COLORS.length] : undefined;
  if (known) return `var(${known})`;
  // Any other colour is drawn towards the text's own, so that it can be read on both grounds.
  return `color-mix(in oklab, ${color} 45%, var(--text))`;
}
