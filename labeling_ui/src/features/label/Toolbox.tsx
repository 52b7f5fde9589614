import { fix, pick } from '@/actions/visits';
import { store } from '@/app/store';
import { useText } from '@/i18n/useText';
import type { Command } from '@/keys/commands';
import { HAND_TOOLS, NEEDS_MODEL, QUICK_TOOLS, type Tool } from '@/state/tools';
import { Icon, type IconName } from './Icon';
import { KeyCap, useKeyName } from './KeyCap';
import type { Commands } from './useShortcuts';

interface Props {
  readonly tool: Tool;
  readonly fixing: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly commands: Commands;
  /** Whether there is a model whose outlines can grow and shrink. */
  readonly model: boolean;
}

export function Toolbox({ tool, fixing, canUndo, canRedo, commands, model }: Props) {
  const usable = QUICK_TOOLS.filter((one) => model || !NEEDS_MODEL.has(one));
  return (
    <div
      className={fixing ? 'tools card open' : 'tools card'}
      role="toolbar"
      aria-orientation="vertical"
    >
      {usable.map((one) => (
        <ToolButton
          key={one}
          name={one}
          on={tool === one && (fixing || one === 'point')}
          onPress={() => store.apply(one === 'point' && !fixing ? fix(true) : pick(one))}
        />
      ))}
      {fixing
        ? HAND_TOOLS.map((one) => (
            <ToolButton
              key={one}
              name={one}
              on={tool === one}
              onPress={() => store.apply(pick(one))}
            />
          ))
        : null}
      <hr />
      <ToolButton name="undo" disabled={!canUndo} onPress={() => commands.undo?.()} />
      {fixing || canRedo ? (
        <ToolButton name="redo" disabled={!canRedo} onPress={() => commands.redo?.()} />
      ) : null}
    </div>
  );
}

interface ButtonProps {
  readonly name: Command & IconName;
  readonly on?: boolean;
  readonly disabled?: boolean;
  readonly onPress: () => void;
}

function ToolButton({ name, on, disabled = false, onPress }: ButtonProps) {
  const t = useText('label');
  const key = useKeyName(name);
  return (
    <button
      type="button"
      className={on === true ? 'tool on' : 'tool'}
      aria-pressed={on}
      aria-label={`${t(name)} ${key}`} // a name holds all the text that is seen
      title={t(name)}
      disabled={disabled}
      onClick={onPress}
      onPointerDown={(event) => event.preventDefault()}
      data-command={name}
    >
      <Icon name={name} />
      <KeyCap command={name} />
    </button>
  );
}
