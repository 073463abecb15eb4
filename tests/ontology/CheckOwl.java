// Checks an ontology, with data in the same file if there are any: java -cp … CheckOwl.java ontology.ttl
// Prints one finding a line: what is outside the profile OWL 2 DL, an inconsistency, each unsatisfiable class; at last what was looked at.

import java.io.File;
import org.semanticweb.HermiT.Configuration;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLClass;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

public class CheckOwl {
    public static void main(String[] arguments) throws Exception {
        OWLOntology ontology = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(arguments[0]));
        for (OWLProfileViolation violation : new OWL2DLProfile().checkOntology(ontology).getViolations()) {
            System.out.println("profile: " + violation);
        }
        Reasoner reasoner = new Reasoner(new Configuration(), ontology);
        if (!reasoner.isConsistent()) {
            System.out.println("inconsistent");
        } else {
            for (OWLClass class_ : reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom()) {
                System.out.println("unsatisfiable: " + class_.getIRI());
            }
        }
        System.out.println(
            "checked: " + ontology.getLogicalAxiomCount() + " logical axioms, " + ontology.individualsInSignature().count() + " individuals");
    }
}
