import { Link } from '@tanstack/react-router';

import { visible } from '../ui/visible.ts';

/** Names of tools, each of which leads to what the catalogue says of it. */
export function ToolNames({ names }: { names: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-1">
      {names.map((name) => (
        <Link key={name} to="/tools" search={{ q: name }} className="inline-block min-h-6 font-mono text-sm break-all">
          {visible(name)}
        </Link>
      ))}
    </span>
  );
}
