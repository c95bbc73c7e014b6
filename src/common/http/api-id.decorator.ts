import { ApiParam } from '@nestjs/swagger';

/** Documents an id in the path, such as `card_id`. The example is an id of the demonstration data. */
export const ApiId = (name: string, example = 1): MethodDecorator =>
  ApiParam({
    name,
    description: `The id of the ${name.replace(/_id$/, '')}.`,
    schema: { type: 'integer', format: 'int64', minimum: 1, example },
  });

/** Documents the code of a station or a route in the path. The example is a code of the demonstration data. */
export const ApiCode = (name: string, example: string): MethodDecorator =>
  ApiParam({
    name,
    description: `The code that riders see, such as \`${example}\`. Upper and lower case are different.`,
    schema: { type: 'string', example },
  });
