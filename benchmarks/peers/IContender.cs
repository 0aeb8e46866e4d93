// Owns what both contenders are: one loaded model.
namespace Tern.Peers;

/// <summary>A model loaded by one of the programs that are compared.</summary>
internal interface IContender : IDisposable
{
    /// <summary>Program and backend in a few words.</summary>
    string Description { get; }

    /// <summary>Tokens known.</summary>
    int VocabularySize { get; }

    /// <summary>Empty sequences; keys and values are F16.</summary>
    /// <param name="count">Sequences.</param>
    /// <param name="capacity">Tokens that each may grow to.</param>
    ISequences Sequences(int count, int capacity);
}
