import { describe, expect, it } from 'vitest';

import { consolePolicy } from './policy.ts';

describe('the policy of the console (QA-4)', () => {
  it('lets in nothing but what comes from here, and asks for Trusted Types', () => {
    const policy = consolePolicy();
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it('names a CDN for assets, but never for workers', () => {
    const policy = consolePolicy('https://cdn.example.com');
    expect(policy).toContain("script-src 'self' https://cdn.example.com;");
    expect(policy).toContain("worker-src 'self';");
  });
});
