// Owns what is known of somebody in the town.
namespace Tern.Training.Corpus;

/// <summary>A person of the town. A job and a pet belong to one person only.</summary>
internal sealed record Person(
    string Name,
    bool IsWoman,
    string Job,
    string Pet,
    string Street,
    string Colour,
    string Food,
    string Hobby,
    int Age
)
{
    public string He => IsWoman ? "she" : "he";
    public string His => IsWoman ? "her" : "his";
}
