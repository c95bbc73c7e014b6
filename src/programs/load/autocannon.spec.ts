import { StartupError } from '../../common/program/startup-error';
import { loadAutocannon } from './autocannon';

describe(loadAutocannon.name, () => {
  it('says in one line that the package is not installed', () => {
    expect(() => loadAutocannon('autocannon-of-no-one')).toThrow(
      new StartupError(
        'npm run load needs the package autocannon-of-no-one, which production leaves out: run npm install',
      ),
    );
  });
});
