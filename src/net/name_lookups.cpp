#include "net/name_lookups.hpp"

#include <netdb.h>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "net/sockaddr.hpp"

namespace parley::net {

/// The loop's side: who waits for which name, and which names are known.
struct NameLookups::Asked {
  std::map<std::string, std::vector<Done>> waiting;
  std::set<std::string> known;
  std::size_t max_known;

  void answered(const std::string& name, const Answer& answer) {
    if (!answer)
      known.erase(name);
    else if (known.insert(name).second && known.size() > max_known)
      known.erase(known.begin() == known.find(name) ? std::next(known.begin()) : known.begin());
    for (const Done& done : std::exchange(waiting[name], {})) done(answer);
    if (waiting[name].empty()) waiting.erase(name);
  }
};

/// The threads' side. Each thread holds it, so that one that is still in the resolver when the loop
/// has gone finds a place to come back to.
struct NameLookups::Threads : std::enable_shared_from_this<NameLookups::Threads> {
  struct Job {
    std::string name;
    bool known;
  };

  Threads(LoopHandle handle, NameLookupsOptions limits, Resolve system)
      : loop(std::move(handle)), options(limits), resolve(std::move(system)) {}

  void put(Job job) {
    const std::lock_guard lock(mutex);
    (job.known ? known : unknown).push_back(std::move(job));
    wake.notify_one();
    if (idle >= known.size() + unknown.size() || started == options.threads) return;
    // A join would wait for a name server that is silent; what the thread touches is its own.
    try {
      std::thread([self = shared_from_this()] { self->run(); }).detach();
      ++started;
    } catch (const std::system_error&) {
      if (started == 0) refuse_all();
    }
  }

  void refuse_all() {
    for (std::deque<Job>* jobs : {&known, &unknown})
      for (const Job& job : std::exchange(*jobs, {}))
        tell(job.name, Failure{std::string("the system has no thread for the look-up")});
  }

  /// The next job that a thread may take now.
  std::optional<Job> next() {
    std::deque<Job>* from = nullptr;
    if (!known.empty())
      from = &known;
    else if (!unknown.empty() && busy_with_unknown + options.threads_for_known < options.threads)
      from = &unknown;
    if (!from) return std::nullopt;
    Job job = std::move(from->front());
    from->pop_front();
    return job;
  }

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      std::optional<Job> job;
      ++idle;
      wake.wait(lock, [&] { return stopping || (job = next()); });
      --idle;
      if (!job) return;
      busy_with_unknown += job->known ? 0 : 1;
      lock.unlock();
      tell(job->name, resolve(job->name));
      lock.lock();
      busy_with_unknown -= job->known ? 0 : 1;
    }
  }

  void tell(const std::string& name, Answer answer) {
    loop.post([asked = asked, name, answer = std::move(answer)] {
      if (const auto there = asked.lock()) there->answered(name, answer);
    });
  }

  const LoopHandle loop;
  const NameLookupsOptions options;
  const Resolve resolve;
  std::weak_ptr<Asked> asked;

  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Job> known;
  std::deque<Job> unknown;
  std::size_t started = 0;
  std::size_t idle = 0;
  std::size_t busy_with_unknown = 0;
  bool stopping = false;
};

NameLookups::Answer NameLookups::resolve_by_system(const std::string& name) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int error = ::getaddrinfo(name.c_str(), nullptr, &hints, &list); error != 0)
    return Failure{std::string(::gai_strerror(error))};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(list, &::freeaddrinfo);
  std::vector<IpAddress> addresses;
  for (const addrinfo* entry = list; entry; entry = entry->ai_next) {
    sockaddr_storage storage{};
    std::memcpy(&storage, entry->ai_addr, entry->ai_addrlen);
    if (const auto address = from_native(storage)) addresses.push_back(address->ip);
  }
  return addresses;
}

NameLookups::NameLookups(LoopHandle loop, NameLookupsOptions options, Resolve resolve)
    : asked_(std::make_shared<Asked>()),
      threads_(std::make_shared<Threads>(std::move(loop), options, std::move(resolve))) {
  asked_->max_known = options.max_known;
  threads_->asked = asked_;
}

NameLookups::~NameLookups() {
  const std::lock_guard lock(threads_->mutex);
  threads_->stopping = true;
  threads_->wake.notify_all();
}

void NameLookups::look_up(const std::string& name, Done done) {
  std::vector<Done>& waiting = asked_->waiting[name];
  waiting.push_back(std::move(done));
  if (waiting.size() == 1) threads_->put({name, asked_->known.contains(name)});
}

}  // namespace parley::net
