// `unipic completion`: completion scripts, made from the same definitions as the parser.

#include <fmt/format.h>

#include "cli/command.h"

namespace unipic::cli {
namespace {

using CommandList = std::vector<const CLI::App*>;

CommandList commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) flags.push_back("--" + name);
    for (const auto& name : option->get_snames()) flags.push_back("-" + name);
  }
  return flags;
}

// Words of a command: its flags and, for `bench`, what it can measure.
std::string words_of(const CLI::App& command) {
  auto words = flags_of(command);
  for (const auto* inner : commands_of(command)) {
    words.push_back(inner->get_name());
    for (auto& flag : flags_of(*inner)) words.push_back(std::move(flag));
  }
  return fmt::format("{}", fmt::join(words, " "));
}

void print_bash(const CLI::App& app) {
  fmt::print("_unipic() {{\n  local words\n  case \"${{COMP_WORDS[1]}}\" in\n");
  std::vector<std::string> names;
  for (const auto* command : commands_of(app)) {
    names.push_back(command->get_name());
    fmt::print("    {}) words=\"{}\" ;;\n", command->get_name(), words_of(*command));
  }
  fmt::print("    *) words=\"{} --help --version\" ;;\n  esac\n", fmt::join(names, " "));
  fmt::print("  if [ \"$COMP_CWORD\" -eq 1 ]; then words=\"{} --help --version\"; fi\n",
             fmt::join(names, " "));
  fmt::print("  COMPREPLY=($(compgen -W \"$words\" -- \"${{COMP_WORDS[COMP_CWORD]}}\"))\n}}\n");
  fmt::print("complete -o default -F _unipic unipic\n");
}

void print_zsh(const CLI::App& app) {
  fmt::print("#compdef unipic\nautoload -U +X bashcompinit && bashcompinit\n");
  print_bash(app);
}

std::string quoted_for_fish(const std::string& text) {
  std::string quoted;
  for (const char c : text) quoted += c == '\'' ? std::string("\\'") : std::string(1, c);
  return "'" + quoted + "'";
}

void print_fish(const CLI::App& app) {
  for (const auto* command : commands_of(app)) {
    const auto& name = command->get_name();
    fmt::print("complete -c unipic -n __fish_use_subcommand -f -a {} -d {}\n", name,
               quoted_for_fish(command->get_description()));
    for (const auto* option : command->get_options()) {
      for (const auto& flag : option->get_lnames()) {
        fmt::print("complete -c unipic -n '__fish_seen_subcommand_from {}' -l {} -d {}\n", name,
                   flag, quoted_for_fish(option->get_description()));
      }
    }
  }
}

int print_completion(const CLI::App& app, const std::string& shell) {
  if (shell == "bash") print_bash(app);
  if (shell == "zsh") print_zsh(app);
  if (shell == "fish") print_fish(app);
  return 0;
}

}  // namespace

void add_completion(CLI::App& app, Run& run) {
  auto shell = std::make_shared<std::string>();
  auto& command = *app.add_subcommand("completion", "Prints a completion script for your shell.");
  command.add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command.callback(
      [&app, shell, &run] { run = [&app, shell] { return print_completion(app, *shell); }; });
}

}  // namespace unipic::cli
