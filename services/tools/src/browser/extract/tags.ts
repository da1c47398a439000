/** What nobody reads, with all that is in it. */
export const DROPPED: ReadonlySet<string> = new Set(
  'script style noscript template svg math iframe frame frameset object embed applet canvas audio video map dialog select datalist input textarea progress meter head title'.split(
    ' ',
  ),
);

/** Elements without content or end tag. */
export const VOID: ReadonlySet<string> = new Set('area base br col hr img input link meta source track wbr'.split(' '));

/** What says something about the text in it; all other elements are kept as `div` or `span`. */
export const KEPT: ReadonlySet<string> = new Set(
  (
    'a abbr address article aside b blockquote body br caption cite code dd del details dfn div dl dt em figcaption figure ' +
    'footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section small span strike ' +
    'strong sub summary sup table tbody td tfoot th thead time tr u ul var'
  ).split(' '),
);

/** Where a long page may be cut in two, when none of {@link WHOLE} is open. */
export const CUT_BEFORE: ReadonlySet<string> = new Set(
  'p div section article main h1 h2 h3 h4 h5 h6 ul ol table blockquote pre li tr'.split(' '),
);

/** What is cut only at {@link CUT_INSIDE}. */
export const WHOLE: ReadonlySet<string> = new Set(['table', 'ul', 'ol', 'dl', 'pre', 'a', 'blockquote']);

/** What may begin a new piece in a list or table that is too long for one. */
export const CUT_INSIDE: ReadonlySet<string> = new Set(['li', 'tr']);
