import { ApiParam } from '@nestjs/swagger';

/** Documents an id in the path, with one of the demonstration data. */
export const ApiId = (name: string, example = 1): MethodDecorator =>
  ApiParam({ name, schema: { type: 'integer', format: 'int64', minimum: 1, example } });

/** Documents a code in the path, with one of the demonstration data. */
export const ApiCode = (name: string, example: string): MethodDecorator =>
  ApiParam({ name, schema: { type: 'string', example } });
