#include "platform/form.hpp"

#include "base/percent.hpp"

namespace parley::platform {

std::vector<std::pair<std::string, std::string>> parse_form(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    const std::size_t equals = pair.find('=');
    if (!pair.empty())
      parameters.emplace_back(
          form_decoded(pair.substr(0, equals)),
          equals == std::string_view::npos ? std::string() : form_decoded(pair.substr(equals + 1)));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parameters;
}

}  // namespace parley::platform
