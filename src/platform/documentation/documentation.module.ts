import { Module } from '@nestjs/common';
import { DocumentationController } from './documentation.controller';

/** Where people read what the service does. */
@Module({ controllers: [DocumentationController] })
export class DocumentationModule {}
