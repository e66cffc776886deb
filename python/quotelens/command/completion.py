"""Scripts that complete the command line in a shell, made from its parser."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Argument:
    """An option, or without flags a positional argument."""

    flags: list[str]
    help: str
    takes: str | None  # the name of its value; None if it takes none
    choices: list[str]
    is_file: bool
    repeats: bool


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    help: str
    arguments: list[_Argument]

    @property
    def options(self) -> list[_Argument]:
        return [argument for argument in self.arguments if argument.flags]

    @property
    def positional(self) -> list[_Argument]:
        return [argument for argument in self.arguments if not argument.flags]


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The completion script of a parser with commands for "bash", "zsh" or "fish"."""
    writers: dict[str, Callable[[str, list[_Argument], list[_Command]], str]] = {
        "bash": _bash,
        "zsh": _zsh,
        "fish": _fish,
    }
    return writers[shell](parser.prog, list(_arguments(parser)), list(_commands(parser)))


def _commands(parser: argparse.ArgumentParser) -> Iterator[_Command]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, command in action.choices.items():
                yield _Command(name, helps[name], list(_arguments(command)))


def _arguments(parser: argparse.ArgumentParser) -> Iterator[_Argument]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            continue
        takes = None if action.nargs == 0 else str(action.metavar or action.dest.upper())
        yield _Argument(
            flags=list(action.option_strings),
            help=(action.help or "") % {**vars(action), "prog": parser.prog},
            takes=takes,
            choices=[str(choice) for choice in action.choices or ()],
            is_file=takes is not None and (takes in ("FILE", "PATH") or "." in takes),
            repeats=isinstance(action, argparse._AppendAction) or action.nargs in ("*", "+"),
        )


# ------------------------------------------------------------------------------------------------------ bash


def _bash(prog: str, top: list[_Argument], commands: list[_Command]) -> str:
    """The shell's own completion offers file names if this one offers nothing."""
    first = [command.name for command in commands] + _flags(top)
    cases = "\n".join(_bash_case(command) for command in commands)
    return f"""# bash completion of {prog}
_{prog}() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD - 1]}}"
    local values= flags= names=
    COMPREPLY=()
    if [[ $word == "=" ]]; then  # --kind=direct comes as three words
        word=
    elif [[ $before == "=" ]]; then
        before="${{COMP_WORDS[COMP_CWORD - 2]}}"
    fi
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W "{" ".join(first)}" -- "$word"))
        return
    fi
    case "${{COMP_WORDS[1]}}" in
{cases}
    esac
    if [[ $values == none ]]; then
        compopt +o default 2>/dev/null  # a number or a name: nothing to offer, and no files either
    elif [[ $values == files ]]; then
        return
    elif [[ -n $values ]]; then
        COMPREPLY=($(compgen -W "$values" -- "$word"))
    elif [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$flags" -- "$word"))
    elif [[ $names != files ]]; then
        COMPREPLY=($(compgen -W "${{names:-$flags}}" -- "$word"))
    fi
}}
complete -o default -F _{prog} {prog}
"""


def _bash_case(command: _Command) -> str:
    names = [_bash_values(argument) for argument in command.positional]
    lines = [
        f"    {command.name})",
        f'        flags="{" ".join(_flags(command.options))}" names="{" ".join(names[:1])}"',
    ]
    valued = [option for option in command.options if option.takes is not None]
    if valued:
        lines.append('        case "$before" in')
        lines += [f'        {" | ".join(option.flags)}) values="{_bash_values(option)}" ;;' for option in valued]
        lines.append("        esac")
    return "\n".join([*lines, "        ;;"])


def _bash_values(argument: _Argument) -> str:
    return " ".join(argument.choices) or ("files" if argument.is_file else "none")


def _flags(arguments: list[_Argument]) -> list[str]:
    return [flag for argument in arguments for flag in argument.flags]


# ------------------------------------------------------------------------------------------------------- zsh


def _zsh(prog: str, top: list[_Argument], commands: list[_Command]) -> str:
    names = "\n".join(f"        {_quoted(f'{_colons(command.name)}:{command.help}')}" for command in commands)
    cases = "\n".join(
        f"    {command.name})\n        _arguments -s \\\n            "
        + " \\\n            ".join(spec for argument in command.arguments for spec in _zsh_specs(argument))
        + "\n        ;;"
        for command in commands
    )
    return f"""#compdef {prog}
# zsh completion of {prog}
_{prog}() {{
    local -a commands flags
    commands=(
{names}
    )
    flags=({" ".join(_flags(top))})
    if ((CURRENT == 2)); then
        if [[ $words[2] == -* ]]; then compadd -- $flags; else _describe command commands; fi
        return
    fi
    shift words
    ((CURRENT--))
    case $words[1] in
{cases}
    esac
}}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _{prog} "$@"; else compdef _{prog} {prog}; fi
"""


def _zsh_specs(argument: _Argument) -> Iterator[str]:
    value = ""
    if argument.takes is not None:
        action = f"({' '.join(argument.choices)})" if argument.choices else "_files" if argument.is_file else " "
        value = f":{_colons(argument.takes)}:{action}"
    if not argument.flags:
        yield _quoted("*" + value if argument.repeats else value)
        return
    shown = _colons(argument.help).replace("[", "\\[").replace("]", "\\]")
    others = "" if argument.repeats else f"({' '.join(argument.flags)})"
    for flag in argument.flags:
        yield _quoted(f"{'*' if argument.repeats else others}{flag}[{shown}]{value}")


def _colons(text: str) -> str:
    return text.replace("\\", "\\\\").replace(":", "\\:")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


# ------------------------------------------------------------------------------------------------------ fish


def _fish(prog: str, top: list[_Argument], commands: list[_Command]) -> str:
    lines = [f"# fish completion of {prog}", f"complete -c {prog} -f"]
    for argument in top:
        lines.append(f"complete -c {prog} -n __fish_use_subcommand{_fish_option(argument)}")
    for command in commands:
        lines.append(f"complete -c {prog} -n __fish_use_subcommand -a {command.name} -d {_fish_quoted(command.help)}")
    for command in commands:
        start = f"complete -c {prog} -n '__fish_seen_subcommand_from {command.name}'"
        for argument in command.positional[:1]:
            lines.append(start + (" -F" if argument.is_file else f" -a '{' '.join(argument.choices)}'"))
        lines += [start + _fish_option(option) for option in command.options]
    return "\n".join(lines) + "\n"


def _fish_option(option: _Argument) -> str:
    flags = [f" -l {flag[2:]}" if flag.startswith("--") else f" -s {flag[1:]}" for flag in option.flags]
    value = ""
    if option.choices:
        value = f" -x -a '{' '.join(option.choices)}'"
    elif option.takes is not None:
        value = " -r -F" if option.is_file else " -x"
    return f"{''.join(flags)}{value} -d {_fish_quoted(option.help)}"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
