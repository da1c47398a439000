import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import { Ajv2020, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import { z } from 'zod';

/** Arguments that fit, or why they do not, in words for a model. */
export type Parsed =
  | { readonly args: Record<string, unknown>; readonly problem?: undefined }
  | { readonly problem: string };

/** What the arguments of a tool must be like. */
export interface ToolInput {
  /** JSON Schema of the arguments as a model gives them: what has a default may be left out. */
  readonly schema: JsonObject;
  /** Checks arguments. No I/O. */
  parse(given: JsonObject): Parsed;
}

const MOST_ISSUES = 5;

/** Arguments that zod checks, with its defaults filled in. */
export function zodInput(parameters: z.ZodObject): ToolInput {
  const { $schema: _, ...schema } = z.toJSONSchema(parameters, { io: 'input' });
  const names = Object.entries(parameters.shape).map(([name, type]) =>
    z.safeParse(type, undefined).success ? `${name} (optional)` : name,
  );
  return {
    schema: schema as JsonObject,
    parse(given) {
      const parsed = parameters.safeParse(given);
      if (parsed.success) return { args: parsed.data };
      const issues = parsed.error.issues.map(({ path, message }) => sentence(z.core.toDotPath(path), message));
      return problemOf(issues, names);
    },
  };
}

/**
 * Arguments that a JSON Schema of somebody else describes (draft 2020-12; formats are not checked, unknown keywords are
 * ignored). Nothing is changed in them. The schema is compiled when it is first used: there may be hundreds.
 *
 * @throws HoldfastError INVALID_ARGUMENT for what is no schema.
 */
export function jsonSchemaInput(schema: JsonObject): ToolInput {
  const { $schema: _, ...plain } = schema;
  if (!schemas.validateSchema(plain)) throw unusable(schemas.errorsText());
  const required = new Set(Array.isArray(plain['required']) ? plain['required'] : []);
  const names = Object.keys(Object(plain['properties'])).map((name) =>
    required.has(name) ? name : `${name} (optional)`,
  );
  let validate: ValidateFunction | undefined;
  return {
    schema: plain,
    parse(given) {
      try {
        validate ??= new Ajv2020(LENIENT).compile(plain);
      } catch (error) {
        return { problem: unusable(error instanceof Error ? error.message : '').message };
      }
      if (validate(given)) return { args: given };
      const issues = (validate.errors ?? []).map(({ instancePath, message }) =>
        sentence(instancePath.slice(1).replaceAll('/', '.'), message ?? 'does not fit'),
      );
      return problemOf(issues, names);
    },
  };
}

const LENIENT: Options = { strict: false, validateFormats: false, logger: false };
/** Knows what a schema may look like; compiles none. */
const schemas = new Ajv2020(LENIENT);

function unusable(why: string): HoldfastError {
  const message = `The JSON Schema of the arguments cannot be used: ${why.slice(0, 300)}. Whoever offers the tool must mend it.`;
  return new HoldfastError('INVALID_ARGUMENT', message);
}

function sentence(where: string, message: string): string {
  return where === '' ? message : `${where}: ${message}`;
}

function problemOf(issues: readonly string[], names: readonly string[]): Parsed {
  const takes = names.length === 0 ? 'It takes none.' : `It takes ${names.join(', ')}.`;
  return { problem: `${issues.slice(0, MOST_ISSUES).join('; ')}. ${takes}` };
}
