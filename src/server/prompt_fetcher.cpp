#include "server/prompt_fetcher.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace parley::server {
namespace {

constexpr int kMaxAgeCap = 365 * 24 * 3600;  ///< seconds

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// A web page in place of a sound is the commonest mistake, and worth a clear word.
bool may_be_sound(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  constexpr std::string_view kAudio = "audio/";
  return type.empty() || equal_ignoring_case(type.substr(0, kAudio.size()), kAudio) ||
         equal_ignoring_case(type, "application/octet-stream");
}

platform::PromptFetched failed(const platform::FetchPrompt& wanted, std::string error) {
  platform::PromptFetched fetched;
  fetched.job = wanted.job;
  fetched.error = std::move(error);
  return fetched;
}

platform::PromptFetched taken(const platform::FetchPrompt& wanted,
                              net::HttpClientResponse& answer) {
  const auto header = [&](std::string_view name) {
    return std::string(answer.headers.get(name).value_or(""));
  };
  if (answer.status == 200 && !may_be_sound(header("Content-Type")))
    return failed(wanted, "its content type is " + header("Content-Type") +
                              "; allowed are audio/* and application/octet-stream");
  platform::PromptFetched fetched;
  fetched.job = wanted.job;
  fetched.status = answer.status;
  if (answer.status == 200) fetched.body = std::move(answer.body);
  if (answer.status != 200 && answer.status != 304)
    fetched.error = "it was answered with status " + std::to_string(answer.status);
  fetched.etag = header("ETag");
  fetched.last_modified = header("Last-Modified");
  fetched.max_age = max_age_of(header("Cache-Control"));
  return fetched;
}

std::string_view result_name(const platform::PromptFetched& fetched) {
  if (fetched.status == 200) return "fetched";
  if (fetched.status == 304) return "unchanged";
  return fetched.status == 0 ? "failed" : "refused";
}

}  // namespace

std::optional<std::chrono::seconds> max_age_of(std::string_view cache_control) {
  std::optional<std::chrono::seconds> age;
  while (!cache_control.empty()) {
    const std::size_t comma = cache_control.find(',');
    const std::string_view directive = trim_whitespace(cache_control.substr(0, comma));
    cache_control.remove_prefix(comma == cache_control.npos ? cache_control.size() : comma + 1);
    if (equal_ignoring_case(directive, "no-store") || equal_ignoring_case(directive, "no-cache"))
      return std::chrono::seconds(0);
    constexpr std::string_view kMaxAge = "max-age=";
    if (!equal_ignoring_case(directive.substr(0, kMaxAge.size()), kMaxAge)) continue;
    const std::string_view digits = directive.substr(kMaxAge.size());
    int seconds = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    if (error == std::errc{} && end == digits.data() + digits.size() && seconds >= 0)
      age = std::chrono::seconds(std::min(seconds, kMaxAgeCap));
  }
  return age;
}

void PromptFetcher::fetch(platform::ShardIndex shard, platform::FetchPrompt wanted) {
  loop_.post([this, shard, wanted = std::move(wanted)]() mutable {
    auto fetch = std::make_shared<Fetch>();
    fetch->shard = shard;
    fetch->wanted = std::move(wanted);
    enqueue(std::move(fetch));
  });
}

void PromptFetcher::enqueue(FetchPtr fetch) {
  if (waiting_.size() >= options_.max_waiting)
    return finish(*fetch, failed(fetch->wanted, "the server fetches too many prompts already"));
  Load& load = loads_[fetch->wanted.application];
  if (load.waiting >= options_.max_waiting_per_application)
    return finish(*fetch, failed(fetch->wanted, "too many prompts of this application wait"));
  ++load.waiting;
  waiting_.push_back(std::move(fetch));
  start_next();
}

void PromptFetcher::start_next() {
  while (in_flight_ < options_.max_in_flight) {
    const auto next = std::ranges::find_if(waiting_, [&](const FetchPtr& fetch) {
      return loads_.at(fetch->wanted.application).in_flight <
             options_.max_in_flight_per_application;
    });
    if (next == waiting_.end()) return;
    const FetchPtr fetch = std::move(*next);
    waiting_.erase(next);
    start(fetch);
  }
}

void PromptFetcher::start(const FetchPtr& fetch) {
  Load& load = loads_.at(fetch->wanted.application);
  --load.waiting;
  ++load.in_flight;
  ++in_flight_;
  fetch->deadline = loop_.now() + options_.time;
  request(fetch);
}

void PromptFetcher::request(FetchPtr fetch) {
  net::HttpClientRequest request;
  request.url = fetch->wanted.url;
  request.headers.add("Accept", "audio/wav, audio/*;q=0.9, application/octet-stream;q=0.5");
  if (!fetch->wanted.etag.empty()) request.headers.add("If-None-Match", fetch->wanted.etag);
  if (!fetch->wanted.last_modified.empty())
    request.headers.add("If-Modified-Since", fetch->wanted.last_modified);
  request.timeout = std::max(fetch->deadline - loop_.now().monotonic, Duration(1));
  request.max_body = options_.max_body;
  client_.request(std::move(request),
                  [this, fetch](auto answer) { on_answer(fetch, std::move(answer)); });
}

std::string PromptFetcher::told_of(const platform::FetchPrompt& wanted,
                                   const net::ClientFailure& failure) {
  if (failure.error != net::ClientError::address_refused) return failure.text;
  log_.write(LogLevel::warning, "prompt_address_refused",
             {{"application", to_text(wanted.application)}, {"reason", failure.text}});
  return "its host has an address that is not allowed here; the server's operator may allow it "
         "(webhooks.allow_private, webhooks.allow_loopback)";
}

void PromptFetcher::on_answer(const FetchPtr& fetch,
                              Result<net::HttpClientResponse, net::ClientFailure> answer) {
  if (answer && is_redirect(answer->status) && follow(fetch, *answer)) return;
  --in_flight_;
  const auto load = loads_.find(fetch->wanted.application);
  --load->second.in_flight;
  if (load->second.in_flight == 0 && load->second.waiting == 0) loads_.erase(load);
  if (!answer)
    finish(*fetch, failed(fetch->wanted, told_of(fetch->wanted, answer.error())));
  else
    finish(*fetch, taken(fetch->wanted, *answer));
  start_next();
}

/// False when the redirect is not to be followed; it is then an answer like any other.
bool PromptFetcher::follow(const FetchPtr& fetch, const net::HttpClientResponse& answer) {
  if (fetch->redirects >= options_.max_redirects) return false;
  const auto target =
      redirect_target(fetch->wanted.url, answer.headers.get("Location").value_or(""));
  if (!target) return false;
  ++fetch->redirects;
  fetch->wanted.url = *target;
  request(fetch);
  return true;
}

void PromptFetcher::finish(const Fetch& fetch, platform::PromptFetched fetched) {
  ++counters_.counter("prompt_fetches_total{result=\"" + std::string(result_name(fetched)) + "\"}");
  post_(fetch.shard, std::move(fetched));
}

}  // namespace parley::server
