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
    const std::int32_t loops = prompts[i].loop.value_or(1);
    if (loops < 0)
      return Failure{bad_request(path + "loop: found " + std::to_string(loops) +
                                 ", allowed is 0 (for ever) or how often it plays")};
    items.push_back({{media.uri, media.resource_id}, static_cast<std::uint32_t>(loops)});
  }
  return items;
}

}  // namespace parley::operations
