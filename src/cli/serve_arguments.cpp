#include <algorithm>

#include "cli/serve.hpp"
#include "server/file_io.hpp"

namespace parley::cli {
namespace {

/// A flag that stands for one key of the configuration.
struct KeyFlag {
  std::string_view flag;
  std::string_view key;
};

constexpr KeyFlag kKeyFlags[] = {
    {"--data-dir", "data"},
    {"--public-url", "public_url"},
    {"--https", "listen.https"},
    {"--page", "listen.page"},
    {"--metrics", "listen.metrics"},
    {"--web-root", "web_root"},
    {"--log-level", "log.level"},
    {"--shards", "shards"},
    {"--drain-seconds", "drain_seconds"},
};

/// Whether the key's value may be a text: its quotes may be left out, which a shell eats anyway.
bool takes_text(std::string_view key) {
  using C = server::Configuration;
  const auto settings = server::settings();
  const auto found = std::ranges::find(settings, key, &server::Setting::name);
  return found != settings.end() &&
         (std::holds_alternative<std::string C::*>(found->member) ||
          std::holds_alternative<std::vector<std::string> C::*>(found->member));
}

Result<void, std::string> set_key(server::ConfigurationSources& sources, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos || equals == 0)
    return Failure{"--set wants KEY=VALUE, such as --set drain_seconds=5; it was given " + text};
  const std::string key = text.substr(0, equals);
  std::string value = text.substr(equals + 1);
  const bool is_toml = value.starts_with('"') || value.starts_with("[\"") || value == "[]";
  if (takes_text(key) && !is_toml) value = server::toml_string(value);
  sources.flags.emplace_back(key, std::move(value));
  return {};
}

Result<void, std::string> set_file(server::ConfigurationSources& sources, const std::string& path) {
  auto text = server::read_file(path);
  if (!text) return Failure{"--config: cannot read " + path};
  sources.file.emplace(path, std::move(*text));
  return {};
}

Result<void, std::string> take_flag(ServeRequest& request, const std::string& flag,
                                    const std::string& value) {
  if (flag == "--config") return set_file(request.sources, value);
  if (flag == "--set") return set_key(request.sources, value);
  if (flag == "--media-port") {
    request.sources.flags.emplace_back("media.bind",
                                       "[\"127.0.0.1:" + value + "\", \"[::1]:" + value + "\"]");
    return {};
  }
  const auto* known = std::ranges::find(kKeyFlags, flag, &KeyFlag::flag);
  if (known == std::end(kKeyFlags))
    return Failure{"parley serve knows no " + flag + "; see parley serve --help"};
  return set_key(request.sources, std::string(known->key) + "=" + value);
}

}  // namespace

Result<ServeRequest, std::string> read_serve_arguments(std::span<const std::string> arguments) {
  ServeRequest request;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string flag = arguments[i];
    request.help |= flag == "--help" || flag == "-h";
    request.print_configuration |= flag == "--print-config";
    if (request.help || request.print_configuration) continue;
    std::string value;
    if (const std::size_t equals = flag.find('='); equals != flag.npos) {
      value = flag.substr(equals + 1);
      flag.resize(equals);
    } else if (++i < arguments.size()) {
      value = arguments[i];
    } else {
      return Failure{flag + " wants a value; see parley serve --help"};
    }
    if (auto taken = take_flag(request, flag, value); !taken) return Failure{taken.error()};
  }
  return request;
}

std::string serve_help() {
  std::string text =
      "parley serve [--config FILE] [flags]\n\n"
      "Runs the server. Without --config it is a safe demo: loopback only, data in ./parley-data,\n"
      "three users and two bots.\n\n"
      "  --config FILE          a TOML file; see --print-config\n"
      "  --set KEY=VALUE        any key of the configuration; lists in TOML\n"
      "  --media-port PORT      media.bind on both loopback addresses\n";
  for (const KeyFlag& known : kKeyFlags) {
    std::string line = "  " + std::string(known.flag) + " VALUE";
    line.resize(std::max<std::size_t>(line.size() + 1, 25), ' ');
    text += line + std::string(known.key) + "\n";
  }
  return text + "  --print-config  every key with its default, as a configuration file\n";
}

}  // namespace parley::cli
