import type { OpenAPIObject } from '@nestjs/swagger';

/** The parts of an OpenAPI document, which @nestjs/swagger does not export by name. */
export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
export type Response = Exclude<NonNullable<Operation['responses'][string]>, Reference>;
export type RequestBody = Exclude<NonNullable<Operation['requestBody']>, Reference>;
export type MediaType = RequestBody['content'][string];
export type SchemaOrReference = NonNullable<MediaType['schema']>;
export type Schemas = Readonly<Record<string, SchemaOrReference>>;

export interface Reference {
  $ref: string;
}
