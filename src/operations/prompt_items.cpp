#include "operations/prompt_items.hpp"

#include "operations/api_error.hpp"
#include "operations/url_rules.hpp"

namespace parley::operations {

Result<std::vector<model::PromptItem>, ApiError> read_prompts(
    const std::vector<model::MediaPrompt>& prompts, const ApiOptions& options) {
  std::vector<model::PromptItem> items;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const model::MediaInfo& media = prompts[i].media_info;
    const std::string path = "prompts[" + std::to_string(i) + "].";
    if (const auto wrong = check_outbound_uri(media.uri, options))
      return Failure{bad_request(path + "mediaInfo.uri: " + *wrong)};
    const auto loops = static_cast<std::uint32_t>(prompts[i].loop.value_or(1));
    items.push_back({{media.uri, media.resource_id}, loops});
  }
  return items;
}

}  // namespace parley::operations
