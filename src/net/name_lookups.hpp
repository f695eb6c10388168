#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/socket_address.hpp"
#include "net/loop_handle.hpp"

namespace parley::net {

struct NameLookupsOptions {
  std::size_t threads = 8;
  /// So many of them are kept for names that had an address the last time they were asked for.
  std::size_t threads_for_known = 2;
  std::size_t max_known = 4096;  ///< names; at more, one is forgotten for each new one
};

/// A loop's look-ups of host names. The system's resolver blocks for as long as a name server is
/// silent, so it is asked on threads, which are started when they are needed. Whoever asks for a
/// name that is being looked up shares the answer. A thousand names whose servers are dead keep
/// threads busy, but those that are kept for known names.
class NameLookups {
 public:
  using Answer = Result<std::vector<IpAddress>, std::string>;  ///< the error is for people
  using Done = std::function<void(const Answer&)>;
  using Resolve = std::function<Answer(const std::string& name)>;  ///< called on the threads

  /// Asks the system: all addresses of both families, in the resolver's order (RFC 6724).
  static Answer resolve_by_system(const std::string& name);

  explicit NameLookups(LoopHandle loop, NameLookupsOptions options = {},
                       Resolve resolve = resolve_by_system);
  /// Nobody is called any more. A thread that is in the resolver ends when it has its answer.
  ~NameLookups();

  /// On the loop's thread; `done` is called there, later.
  void look_up(const std::string& name, Done done);

 private:
  struct Asked;
  struct Threads;
  std::shared_ptr<Asked> asked_;
  std::shared_ptr<Threads> threads_;
};

}  // namespace parley::net
