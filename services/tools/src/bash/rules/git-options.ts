import type { Options } from './getopt.ts';
import { words } from './words.ts';

const HINT =
  'Only options that read are allowed: options that write files, run programs or talk to other machines are refused, and long options must be written in full.';

const DIFF_LONG = words(
  'stat[=] numstat shortstat dirstat[=] summary name-only name-status patch no-patch',
  'patch-with-stat raw unified= word-diff[=] word-diff-regex= color[=] no-color minimal',
  'color-words[=] patience histogram diff-algorithm= ignore-space-change ignore-all-space',
  'ignore-blank-lines ignore-space-at-eol ignore-matching-lines= find-renames[=] find-copies[=]',
  'find-copies-harder no-renames diff-filter= pickaxe-all pickaxe-regex full-index abbrev[=]',
  'no-abbrev binary text relative[=] no-relative exit-code quiet check function-context',
  'inter-hunk-context= no-prefix src-prefix= dst-prefix= compact-summary cumulative',
  'no-ext-diff no-textconv cc merge-base cached staged root no-commit-id always',
);
const LOG_LONG = words(
  'oneline graph decorate[=] no-decorate decorate-refs= pretty[=] format= date= since=',
  'after= until= before= author= committer= grep= all-match invert-grep extended-regexp',
  'regexp-ignore-case fixed-strings perl-regexp basic-regexp max-count= skip= all branches[=]',
  'tags[=] remotes[=] merges no-merges first-parent reverse follow topo-order date-order',
  'author-date-order full-history simplify-merges simplify-by-decoration dense sparse show-pulls',
  'ancestry-path[=] left-right cherry-pick cherry-mark cherry left-only right-only boundary',
  'abbrev-commit no-abbrev-commit parents children min-parents= max-parents= no-walk[=]',
  'source notes[=] no-notes use-mailmap mailmap no-use-mailmap no-mailmap encoding= glob=',
  'exclude= relative-date walk-reflogs full-diff no-expand-tabs show-linear-break[=] clear-decorations',
  'count objects timestamp no-object-names header disk-usage[=]',
);
const DIFF_SHORT = { flags: 'psuzwbaRcmrtW', attached: 'UMCBDXl', values: 'SGI' };

const diff: Options = { ...DIFF_SHORT, long: DIFF_LONG, digits: true, joined: true, hint: HINT };
const log: Options = {
  flags: `${DIFF_SHORT.flags}iEFPg`,
  attached: DIFF_SHORT.attached,
  values: `${DIFF_SHORT.values}nL`,
  long: [...DIFF_LONG, ...LOG_LONG],
  digits: true,
  joined: true,
  hint: HINT,
};
const FILTERS = [
  'contains=',
  'no-contains=',
  'merged[=]',
  'no-merged[=]',
  'points-at=',
  'sort=',
  'format=',
  'ignore-case',
];

function options(flags: string, values: string, long: readonly string[], attached = ''): Options {
  return { flags, values, long, attached, digits: true, joined: true, hint: HINT };
}

/** The options of each subcommand of git that is allowed. */
export const GIT_OPTIONS: Readonly<Record<string, Options>> = {
  log,
  show: log,
  whatchanged: log,
  'rev-list': log,
  diff,
  'diff-tree': { ...diff, long: [...DIFF_LONG, 'pretty[=]', 'format='] },
  'diff-index': diff,
  'diff-files': diff,
  shortlog: {
    ...log,
    flags: 'sneciEFP',
    attached: 'w',
    values: '',
    long: [...LOG_LONG, 'summary', 'numbered', 'email', 'group='],
  },
  status: options(
    'sbzv',
    '',
    words(
      'short branch porcelain[=] untracked-files[=] ignored[=] long show-stash ahead-behind',
      'renames no-renames null no-column no-ahead-behind verbose',
    ),
    'u',
  ),
  blame: options(
    'bltfnsewcp',
    'L',
    words(
      'porcelain line-porcelain incremental show-email show-name show-number date= root',
      'since= abbrev= first-parent reverse no-progress show-stats score-debug',
    ),
    'MC',
  ),
  'rev-parse': options(
    'q',
    '',
    words(
      'abbrev-ref[=] short[=] verify quiet show-toplevel git-dir git-common-dir all symbolic',
      'is-inside-work-tree is-bare-repository is-inside-git-dir show-prefix show-cdup branches[=]',
      'absolute-git-dir symbolic-full-name tags[=] remotes[=] show-object-format is-shallow-repository',
    ),
  ),
  'ls-files': options(
    'cdmoistuvkz',
    'x',
    words(
      'cached deleted modified others ignored stage unmerged killed directory eol full-name',
      'exclude-standard error-unmatch exclude= deduplicate abbrev[=] no-empty-directory format=',
    ),
  ),
  'ls-tree': options(
    'drtlz',
    '',
    words('name-only name-status full-name full-tree abbrev[=] long object-only format='),
  ),
  'cat-file': options('tspe', '', ['batch-check[=]', 'batch[=]', 'batch-all-objects', 'unordered', 'buffer']),
  grep: options(
    'iIvwhHEGFPnlLzcopWqa',
    'eABCf',
    words(
      'ignore-case word-regexp invert-match line-number files-with-matches name-only count cached',
      'files-without-match untracked only-matching show-function function-context extended-regexp text',
      'perl-regexp fixed-strings basic-regexp all-match and or not max-depth= heading break',
      'full-name column context= after-context= before-context= color[=] no-color max-count= null',
      'exclude-standard no-exclude-standard recursive no-recursive quiet',
    ),
  ),
  branch: options(
    'arvli',
    '',
    words('all remotes verbose list show-current no-column abbrev= no-abbrev color[=] no-color', FILTERS),
  ),
  tag: options('li', '', ['list', 'no-column', 'color[=]', ...FILTERS], 'n'),
  describe: options(
    '',
    '',
    words('tags all long always abbrev= match= exclude= contains exact-match candidates= first-parent'),
  ),
  'for-each-ref': options('', '', ['count=', 'color[=]', ...FILTERS]),
  'show-ref': options('dqs', '', [
    'head',
    'heads',
    'tags',
    'dereference',
    'hash[=]',
    'verify',
    'abbrev[=]',
    'quiet',
    'branches',
  ]),
  'name-rev': options('', '', ['tags', 'refs=', 'exclude=', 'all', 'name-only', 'always', 'no-undefined']),
  'merge-base': options('a', '', ['all', 'octopus', 'is-ancestor', 'independent', 'fork-point']),
  'count-objects': options('vH', '', ['verbose', 'human-readable']),
  cherry: options('v', '', ['verbose', 'abbrev[=]']),
  'symbolic-ref': options('q', '', ['short', 'quiet']),
  'check-ignore': options('qvnz', '', ['quiet', 'verbose', 'non-matching', 'no-index', 'stdin']),
  'check-attr': options('az', '', ['all', 'cached', 'stdin']),
  config: options(
    'lz',
    '',
    words(
      'get get-all get-regexp get-urlmatch list show-origin show-scope name-only local',
      'global system worktree type= bool int path null default= includes no-includes',
    ),
  ),
  'stash list': log,
  'stash show': diff,
  'reflog show': log,
  remote: options('v', '', ['verbose']),
  'remote get-url': options('', '', ['push', 'all']),
  'worktree list': options('vz', '', ['porcelain', 'verbose']),
  'notes list': options('', '', []),
  'notes show': options('', '', []),
};
