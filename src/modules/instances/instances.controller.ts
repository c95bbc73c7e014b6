import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Instances } from './dto/instances.dto';
import { InstancesService } from './instances.service';

@ApiTags('operations')
@Controller('instances')
export class InstancesController {
  constructor(private readonly instances: InstancesService) {}

  /**
   * List the processes that serve.
   *
   * @remarks Each process of the service, on every machine, writes down every five seconds how it is. One that was not heard
   * for 15 seconds is away: it was killed, or cannot reach the database. It is forgotten after an hour. One that was told to
   * stop leaves the list at once.
   */
  @Get()
  @Requires('metrics:read')
  list(): Promise<Instances> {
    return this.instances.list();
  }
}
