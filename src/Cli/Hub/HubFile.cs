// Owns what a repository's listing says about one file.
namespace Tern.Cli.Hub;

/// <summary>A file of a repository.</summary>
/// <param name="Path">Path in the repository, with slashes; not yet checked.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal; null if the listing has none (files outside large-file storage).</param>
internal sealed record HubFile(string Path, long Size, string? Sha256);
