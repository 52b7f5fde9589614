import { acceptance, type Visit } from '@/actions/visits';
import { useText } from '@/i18n/useText';
import { KeyCap } from './KeyCap';
import type { Commands } from './useShortcuts';
import type { Command } from '@/keys/commands';
import type { Key } from '@/i18n/text';

interface Props {
  readonly visit: Visit;
  readonly fixing: boolean;
  readonly commands: Commands;
}

/** One question, four answers; while fixing, the way out of it. */
export function AnswerBar({ visit, fixing, commands }: Props) {
  const verdict = acceptance(visit);
  const changed = verdict === 'corrected' || (verdict === 'nothing' && !fixing);
  const empty = visit.history.present.outlines.length === 0;
  return (
    <div className="bar card" role="group">
      <Choice
        command="accept"
        text={changed || fixing ? 'acceptChanged' : 'accept'}
        look="yes"
        commands={commands}
        disabled={verdict === null}
      />
      {fixing ? (
        <Choice command="fix" text="back" commands={commands} />
      ) : (
        <Choice
          command="fix"
          text={empty ? 'draw' : 'fix'}
          look={empty ? 'lead' : ''}
          commands={commands}
        />
      )}
      {fixing ? (
        <Choice command="wrong" text="wrong" commands={commands} />
      ) : (
        <Choice command="nothing" text="nothing" commands={commands} />
      )}
      <Choice command="cantTell" text="cantTell" commands={commands} />
      <Choice command="skip" text="skip" look="small" commands={commands} />
    </div>
  );
}

interface ChoiceProps {
  readonly command: Command;
  readonly text: Key<'label'>;
  readonly look?: string;
  readonly commands: Commands;
  readonly disabled?: boolean;
}

function Choice({ command, text, look = '', commands, disabled = false }: ChoiceProps) {
  const t = useText('label');
  return (
    <button
      type="button"
      className={`choice ${look}`}
      data-command={command}
      disabled={disabled}
      onClick={() => commands[command]?.()}
      // The focus stays on the page: keys and the space bar go on meaning what they mean.
      onPointerDown={(event) => event.preventDefault()}
    >
      <span>{t(text)}</span>
      <KeyCap command={command} />
    </button>
  );
}
