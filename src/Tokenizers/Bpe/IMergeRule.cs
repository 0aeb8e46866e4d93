// Owns the question BPE asks of a vocabulary: do these neighbours merge?
namespace Tern.Tokenizers.Bpe;

/// <summary>Which neighbours may merge.</summary>
internal interface IMergeRule
{
    /// <summary>Whether two neighbours merge, how soon (lower rank first), and into which id.</summary>
    bool TryMerge(in Symbol left, in Symbol right, out uint rank, out int id);
}
