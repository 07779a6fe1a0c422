/**
 * A process that writes a run folder for the tests to kill, starve or race. Arguments: what to do, a folder, a number.
 * It prints one JSON line for each thing that the parent waits for.
 */
import { nodeDisk } from '../../src/run/folder/disk.ts';
import { RunFolderError } from '../../src/run/folder/errors.ts';
import { openForResume } from '../../src/run/folder/resume.ts';
import { newRun, metrics, train, trajectory, watchedDisk } from './folder-help.ts';

const say = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const [task, folder, number] = process.argv.slice(2);

switch (task) {
  case 'die': {
    // Trains, and kills itself with SIGKILL in the middle of the given call to the disk.
    const disk = watchedDisk(nodeDisk, (call, _name, half) => {
      if (call !== Number(number)) return;
      half();
      process.kill(process.pid, 'SIGKILL');
    });
    train(newRun(folder, disk), { weight: 7 }, 0);
    break;
  }
  case 'endless': {
    // Commits iterations until someone kills it.
    const writer = newRun(folder);
    for (let iteration = 1; ; iteration++) {
      writer.trajectory(trajectory(iteration, 0, 'x'.repeat(Number(number))));
      writer.metrics(metrics(iteration, 1));
      try {
        writer.commit();
      } catch (error) {
        say({ failed: error instanceof RunFolderError ? error.code : String(error) });
        writer.close();
        break;
      }
      say({ committed: iteration });
    }
    break;
  }
  case 'race': {
    // Says that it is ready, waits for a word, tries to take the run, says how that went, and holds on until killed.
    say({ ready: true });
    process.stdin.once('data', () => {
      openForResume(folder).then(
        () => say({ won: true }),
        (error: unknown) => say({ won: false, code: error instanceof RunFolderError ? error.code : String(error) }),
      );
    });
    break;
  }
  default:
    throw new Error(`No task is called "${task}".`);
}
