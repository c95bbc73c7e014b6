import { Module } from '@nestjs/common';
import { DocumentationController } from './documentation.controller';

/** The pages that document the API. */
@Module({ controllers: [DocumentationController] })
export class DocumentationModule {}
