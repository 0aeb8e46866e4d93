// Owns what a compared file is, to people and to the file of results.
namespace Tern.Peers;

/// <summary>A GGUF file and what it holds.</summary>
/// <param name="Shape">The shape's name, or the file's where a file was named.</param>
/// <param name="Type">The mixture of element types; empty where a file was named.</param>
/// <param name="Path">Where it is.</param>
internal sealed record ComparedModel(string Shape, string Type, string Path);
