import { emitKeypressEvents } from 'node:readline';
import type { ReadStream } from 'node:tty';
import { describeOutcome, describeStep } from '../experiments/describe';
import type { Experiment } from '../experiments/experiment';
import { EXPERIMENTS } from '../experiments/experiments';
import type { Language } from '../experiments/text';
import type { Lab } from '../lab';
import { dashboard } from './dashboard';
import { commandOf } from './keys';
import { WORDS } from './words';

interface Key {
  readonly name?: string;
  readonly sequence: string;
  readonly ctrl: boolean;
}

const CLEAR = '\x1b[H\x1b[2J';
const HOME = '\x1b[H';
const END_OF_LINE = '\x1b[K';
const END_OF_SCREEN = '\x1b[J';

/** The lab in a terminal: a screen that is drawn each second, and keys. */
export class Screen {
  private selected: string;
  private message = '';
  private isDrawing = true;
  private input: ReadStream | null = null;
  private onLine: ((line: string) => void) | null = null;
  private line = '';
  private prompt = '';
  private onAnyKey: (() => void) | null = null;

  constructor(
    private readonly lab: Lab,
    /** Of the pages. */
    private readonly url: string,
    private readonly language: Language,
    private readonly print: (text: string) => void,
    private readonly quit: () => void,
  ) {
    this.selected = lab.world.plain.processes[0]?.name ?? '';
  }

  open(input: ReadStream): void {
    this.input = input;
    this.print(CLEAR);
    emitKeypressEvents(input);
    input.setRawMode(true);
    input.resume();
    input.on('keypress', (_text: string | undefined, key: Key) => this.press(key));
    this.lab.on('state', () => this.draw());
    this.draw();
  }

  close(): void {
    this.input?.setRawMode(false);
    this.input?.pause();
  }

  private press(key: Key): void {
    if (key.ctrl && (key.name === 'c' || key.name === 'd')) return this.quit();
    if (this.onLine) return this.type(key);
    if (this.onAnyKey) {
      this.onAnyKey();
      this.onAnyKey = null;
      return;
    }
    const { sequence } = key;
    if (this.lab.state.experiment !== null && sequence !== 'q') return;
    const process = this.lab.world.processes[Number(sequence) - 1];
    if (process) this.selected = process.name;
    else if (sequence === 'q') return this.quit();
    else if (sequence === ':') return this.ask(': ', (line) => this.perform(line));
    else if (sequence === 'x') return this.chooseExperiment();
    else if (sequence === '?') return this.help();
    else {
      const command = commandOf(sequence, this.lab.state, this.selected);
      if (command) this.perform(command);
    }
    this.draw();
  }

  private perform(line: string): void {
    if (line.trim() === '') return;
    this.message = `${line} …`;
    this.lab.perform(line).then(
      () => this.say(line),
      (error: unknown) => this.say(error instanceof Error ? error.message : String(error)),
    );
  }

  private say(message: string): void {
    this.message = message;
    this.draw();
  }

  private draw(): void {
    if (!this.isDrawing) return;
    const { selected, message, url } = this;
    const lines = dashboard(this.lab.state, this.language, { selected, message, url }).split('\n');
    // Over what is there, so that it does not flicker.
    this.print(HOME + lines.map((line) => `${line}${END_OF_LINE}`).join('\n') + END_OF_SCREEN);
    if (this.onLine) this.print(this.prompt + this.line);
  }

  private help(): void {
    const lines = this.lab.commands.flatMap(({ usages, text }) => [...usages, `    ${text[this.language]}`]);
    this.showUntilKey(lines.join('\n'));
  }

  private showUntilKey(text: string): void {
    this.isDrawing = false;
    this.print(`${CLEAR}${text}\n\n${WORDS.goOn[this.language]}`);
    this.onAnyKey = () => {
      this.isDrawing = true;
      this.draw();
    };
  }

  private chooseExperiment(): void {
    const { language } = this;
    this.isDrawing = false;
    const list = EXPERIMENTS.map(({ number, title }) => `${String(number).padStart(3)}  ${title[language]}`);
    this.print(`${CLEAR}${list.join('\n')}\n`);
    this.ask(WORDS.whichExperiment[language], (answer) => {
      const experiment = EXPERIMENTS.find(({ number }) => number === Number(answer));
      if (experiment) return this.predict(experiment);
      this.isDrawing = true;
      this.draw();
    });
  }

  private predict(experiment: Experiment): void {
    const { language } = this;
    const { title, question, prediction } = experiment;
    const options = prediction.options.map(
      (option, index) => `${String(index + 1).padStart(3)}  ${option[language]}`,
    );
    this.print(`${CLEAR}${title[language]}\n\n${question[language]}\n\n${options.join('\n')}\n`);
    this.ask(WORDS.predict[language], (answer) => void this.show(experiment, Number(answer) - 1));
  }

  private async show(experiment: Experiment, expected: number): Promise<void> {
    const { language, lab } = this;
    this.print('');
    const onStep = (event: Parameters<typeof describeStep>[1]): void =>
      this.print(describeStep(experiment, event, language));
    lab.on('step', onStep);
    try {
      const outcome = await lab.experiment(experiment.name);
      const { options, right } = experiment.prediction;
      const judgement =
        expected === right
          ? WORDS.right[language]
          : `${WORDS.wrong[language]} ${options[right]?.[language] ?? ''}`;
      this.print(
        `${describeOutcome(experiment, outcome, language)}\n\n${judgement}\n\n${WORDS.goOn[language]}`,
      );
    } catch (error) {
      this.print(`${error instanceof Error ? error.message : String(error)}\n${WORDS.goOn[language]}`);
    } finally {
      lab.off('step', onStep);
    }
    this.onAnyKey = () => {
      this.isDrawing = true;
      this.draw();
    };
  }

  private ask(prompt: string, onLine: (line: string) => void): void {
    this.prompt = prompt;
    this.line = '';
    this.onLine = onLine;
    if (this.isDrawing) this.draw();
    else this.print(prompt);
  }

  private type({ name, sequence }: Key): void {
    if (name === 'return') {
      const { line, onLine } = this;
      this.onLine = null;
      onLine?.(line);
    } else if (name === 'escape') {
      this.onLine = null;
      this.isDrawing = true;
    } else if (name === 'backspace') this.line = this.line.slice(0, -1);
    else if (/^[\x20-\x7e]$/.test(sequence)) this.line += sequence;
    if (this.isDrawing) this.draw();
  }
}
