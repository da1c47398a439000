const SIGNS: readonly (readonly [licence: string, sign: RegExp])[] = [
  ['AGPL-3.0', /gnu affero general public license.*version 3/],
  ['LGPL-3.0', /gnu lesser general public license.*version 3/],
  ['LGPL-2.1', /gnu lesser general public license.*version 2\.1/],
  ['GPL-3.0', /gnu general public license.*version 3/],
  ['GPL-2.0', /gnu general public license.*version 2/],
  ['Apache-2.0', /apache license.*version 2\.0/],
  ['MPL-2.0', /mozilla public license.*(version|v\.) ?2\.0/],
  ['EPL-2.0', /eclipse public license.*v(ersion)? ?2\.0/],
  ['BSL-1.0', /boost software license.*version 1\.0/],
  ['Unlicense', /this is free and unencumbered software released into the public domain/],
  ['CC0-1.0', /cc0 1\.0 universal/],
  ['CC-BY-SA-4.0', /attribution-sharealike 4\.0/],
  ['CC-BY-4.0', /attribution 4\.0 international/],
  ['Mulan PSL-2.0', /mulan (permissive software license|psl).*(version|v) ?2/],
  ['BSD-3-Clause', /redistribution and use in source and binary forms.*neither the name/],
  ['BSD-2-Clause', /redistribution and use in source and binary forms/],
  ['ISC', /permission to use, copy, modify, and\/?o?r? distribute this software for any purpose/],
  ['MIT', /permission is hereby granted, free of charge, to any person obtaining a copy/],
  ['Zlib', /this software is provided .as-is., without any express or implied warranty/],
];

/** The well-known licence that a text is, by its own sentences, or an empty text where none is recognised. */
export function licenceOfText(text: string): string {
  const flat = text.toLowerCase().replaceAll(/\s+/g, ' ').slice(0, 20_000);
  return SIGNS.find(([, sign]) => sign.test(flat))?.[0] ?? '';
}
