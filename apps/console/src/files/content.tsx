import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { buttonClass } from '../ui/button.tsx';
import { CodeBox } from '../ui/code-box.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { fenced, kindOf, pictureType } from './content-kind.ts';
import { contentQuery, contentUrl, MOST_TEXT_BYTES, type Version } from './queries.ts';

const MOST_PICTURE_BYTES = 10 * 1024 * 1024;
/** Longer texts are shown as they are, without colours, characters. */
const MOST_COLOURED = 60_000;

/** What one version holds. */
export function Content({ version }: { version: Version }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { deleted, path, size, version: n } = version;
  const large = size > (pictureType(path) === undefined ? MOST_TEXT_BYTES : MOST_PICTURE_BYTES);
  const { data, error, refetch } = useQuery({ ...contentQuery(path, n), enabled: !deleted && !large });
  const title = t('files.content', { version: n });
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-lg font-semibold">{title}</h2>
        {!deleted && (
          <a
            href={contentUrl(path, n)}
            download={`${path.split('/').at(-1)}.v${n}`}
            className={buttonClass('plain', true)}
          >
            {t('files.download')}
          </a>
        )}
      </div>
      {deleted && <p className="text-soft">{t('files.wasDeleted')}</p>}
      {!deleted && large && <p className="text-soft">{t('files.large', { size: format.bytes(size) })}</p>}
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {!deleted && !large && !data && !error && <Loading />}
      {data && <Shown path={path} bytes={data} />}
    </section>
  );
}

function Shown({ bytes, path }: { path: string; bytes: Uint8Array<ArrayBuffer> }) {
  const { t } = useTranslation();
  const content = kindOf(path, bytes);
  if (content.kind === 'binary') return <p className="text-soft">{t('files.binary')}</p>;
  if (content.kind === 'picture') return <Picture path={path} bytes={bytes} type={content.type} />;
  const { language, text } = content;
  return language === 'md' ? <MarkdownText text={text} /> : <Text text={text} language={language} />;
}

function Text({ language, text }: { text: string; language: string }) {
  const { t } = useTranslation();
  // Colours take the renderer's time: what is long is plain.
  if (language === '' || text.length > MOST_COLOURED) return <CodeBox label={t('files.asText')} text={text} />;
  return <Markdown key={text} text={fenced(text, language)} done />;
}

function MarkdownText({ text }: { text: string }) {
  const { t } = useTranslation();
  const [how, setHow] = useState<'rendered' | 'asText'>('rendered');
  return (
    <>
      <fieldset className="flex flex-wrap gap-4">
        <legend className="sr-only">{t('files.how')}</legend>
        {(['rendered', 'asText'] as const).map((name) => (
          <label key={name} className="flex min-h-8 items-center gap-2">
            <input type="radio" name="content" checked={how === name} onChange={() => setHow(name)} />
            {t(`files.${name}`)}
          </label>
        ))}
      </fieldset>
      {how === 'asText' ? (
        <Text text={text} language="md" />
      ) : (
        <div className="rounded-lg border border-line bg-surface p-4">
          <Markdown key={text} text={text} done />
        </div>
      )}
    </>
  );
}

function Picture({ bytes, path, type }: { path: string; bytes: Uint8Array<ArrayBuffer>; type: string }) {
  const { t } = useTranslation();
  const [url, setUrl] = useState('');
  useEffect(() => {
    // As a picture, an SVG runs no script and loads nothing.
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, type]);
  if (url === '') return null;
  return (
    <img
      src={url}
      alt={t('files.picture', { path })}
      className="max-h-[70dvh] max-w-full self-start rounded-lg border border-line bg-white object-contain"
    />
  );
}
