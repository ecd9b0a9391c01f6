import { writeFileSync } from 'fs';
import * as path from 'path';
import { inspectSources } from './csharp-sources';
import { DIST, Language, pacmak } from '../language';

export const csharp: Language = {
  name: 'csharp',
  target: 'dotnet',
  toolchain: ['dotnet', '--version'],

  pack: () => pacmak('dotnet'),

  install(project) {
    // takes the package only from dist/.
    writeFileSync(path.join(project, 'nuget.config'), `<configuration>
  <packageSources>
    <add key="built" value="${path.join(DIST, 'dotnet')}" />
  </packageSources>
  <packageSourceMapping>
    <packageSource key="built"><package pattern="CdkRekognitionTeardown" /></packageSource>
    <packageSource key="nuget.org"><package pattern="*" /></packageSource>
  </packageSourceMapping>
</configuration>
`);
    return { NUGET_PACKAGES: path.join(project, 'packages'), DOTNET_CLI_TELEMETRY_OPTOUT: '1' };
  },

  inspect: project => inspectSources(path.join(path.dirname(project), 'parser'), path.join(DIST, 'dotnet'), project),
};
