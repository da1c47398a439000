import { describe, expect, it } from 'vitest';

import { formatOf } from './format.ts';

const tell = (name: string, content: string | Uint8Array = 'x', said = '', mediaType = '') =>
  formatOf({ name, said, mediaType }, Buffer.from(content));

describe('ME-1 telling the format of a document', () => {
  it.each([
    ['README.md', 'markdown'],
    ['https://example.org/a/page.html?x=1#y', 'html'],
    ['表格.CSV', 'csv'],
    ['C:\\work\\main.py', 'code'],
    ['Dockerfile', 'code'],
    ['constructor', 'text'],
    ['a.constructor', 'text'],
    ['', 'text'],
  ])('by the name: %s', (name, format) => expect(tell(name)).toBe(format));

  it('by its content before the name', () => {
    expect(tell('report', '%PDF-1.7\n')).toBe('pdf');
    expect(tell('report.txt', '%PDF-1.7\n')).toBe('pdf');
    expect(tell('x', '<!DOCTYPE html><p>')).toBe('html');
    expect(tell('x', '#!/bin/sh\n')).toBe('code');
    expect(tell('x', '# Title\n\ntext')).toBe('markdown');
    expect(tell('x', 'PK\u0003\u0004....word/document.xml')).toBe('docx');
  });

  it('by what the caller says, then by the name, then by the media type', () => {
    expect(tell('x.txt', 'a,b', 'text/csv; charset=utf-8')).toBe('csv');
    expect(tell('x.txt', 'a,b', '.csv')).toBe('csv');
    expect(tell('x.md', 'a', '', 'text/html')).toBe('markdown');
    expect(tell('x', 'a', '', 'text/html; charset=gbk')).toBe('html');
    expect(tell('x', 'a', '', 'application/octet-stream')).toBe('text');
  });

  it.each([
    ['picture.png', Buffer.from('89504e470d0a1a0a', 'hex'), ''],
    ['archive.zip', Buffer.from('PK\u0003\u0004 nothing of Word'), ''],
    ['old.doc', Buffer.from('d0cf11e0a1b11ae1', 'hex'), ''],
    ['report.pdf', Buffer.from('<html>not found</html>'), ''],
    ['x', Buffer.from('text'), 'image/png'],
    ['x', Buffer.from('%PDF-1.7'), 'csv'],
  ])('refuses what cannot be read, and says what can: %s', (name, content, said) => {
    expect(() => tell(name, content, said)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining('Markdown, HTML, PDF, DOCX'),
      }),
    );
  });
});
