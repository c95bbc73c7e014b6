import type { OpenAPIObject } from '@nestjs/swagger';

/** The parts of an OpenAPI document, which @nestjs/swagger does not export by name. */
export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
export type Response = Exclude<NonNullable<Operation['responses'][string]>, Reference>;
export type RequestBody = Exclude<NonNullable<Operation['requestBody']>, Reference>;
export type SchemaOrReference = NonNullable<RequestBody['content'][string]['schema']>;
export type Schema = Exclude<SchemaOrReference, Reference>;
export type Schemas = Readonly<Record<string, SchemaOrReference>>;

export interface Reference {
  $ref: string;
}
