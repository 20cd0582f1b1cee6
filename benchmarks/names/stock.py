"""Names by culture, common ones first, written down from general knowledge and none taken from the demo's tables.

`DRAWN` says how often each culture is met. A surname is drawn from the list by rank (Zipf) or, every second time, put
together from the parts in `TAIL`: half of all people have rare surnames, as in life.
"""

CULTURES = ("spanish", "mayan", "haitian", "arabic", "south_asian", "chinese", "russian")
DRAWN = {"spanish": 56, "mayan": 10, "haitian": 8, "arabic": 8, "south_asian": 8, "chinese": 6, "russian": 4}

GIVEN = {
    "spanish": """
        María José Juan Luis Carlos Jesús Miguel Ana Jorge Pedro Francisco Antonio Manuel Alejandro Rosa Carmen
        Guadalupe Roberto Daniel Fernando Ricardo Eduardo Sandra Javier Martha Patricia Elizabeth Raúl Sergio Óscar
        Rafael Alberto Marvin Wilmer Kevin Brayan Jonathan Edwin Elmer Nelson Walter Yolanda Verónica Gloria Karla
        Xiomara Yesenia Jennifer Brenda Karen Heidy Génesis Darwin Hugo Héctor Guillermo Gilberto Humberto Joaquín
        Jerónimo Zoila Yanira Vilma Byron Evelyn Wendy Ingrid Selvin Santos Isaías Ezequiel Ismael Israel Eusebio
        Concepción Consuelo Maribel Esperanza Lucía Sofía Valeria Ximena Graciela Beatriz Olga Blanca Reina Dolores
    """,
    "mayan": """
        Juan Pedro Diego Domingo Tomás Sebastián Andrés Gaspar Baltazar Catarina Petrona Juana Magdalena Micaela
        Candelaria Eulalia Manuela Nicolás Pascual Mateo Marcos Francisca Isabel Ana Marta Lucas Martín Jacinto
        Salvador Feliciana Tránsito Rigoberto Efraín Cipriano Desiderio Anastasia
    """,
    "haitian": """
        Jean Marie Joseph Pierre Jacques Michel Wilson Guerline Rose Nadège Frantz Emmanuel Jimmy Fabiola Mirlande
        Ketly Yolette Wisler Jocelyn Roseline Gérald Evens Stanley Junior Widelene Kervens Lovely Esther Daphnée
        Dieudonné Josué Louis Claude Guy Yves Renel Berthony Sherline Jean-Claude Marie-Ange Jean-Pierre Rose-Laure
        Pierre-Louis Jean-Robert Marie-Carmel
    """,
    "arabic": """
        Mohammed Ahmed Mahmoud Ali Hassan Hussein Omar Khaled Youssef Ibrahim Mustafa Abdullah Abdulrahman Fatima
        Aisha Khadija Maryam Zainab Yasmin Layla Noor Hamza Bilal Tariq Samir Karim Rashid Salim Jamal Faisal Ismail
        Idris Suleiman Yahya Zakaria Abdelkarim Abdulaziz Saif Walid Ghassan Qasim Nasser Osama Amina Halima Safiya
        Mamadou Ousmane Cheikh Moussa Souleymane Aboubakar Abdoulaye Fatoumata Aminata Hawa Mariama Ibrahima
    """,
    "south_asian": """
        Gurpreet Harpreet Manpreet Jaspreet Amandeep Sukhwinder Jagjit Baljinder Rajinder Navdeep Sandeep Kuldeep
        Lakhwinder Satnam Parminder Ravi Rajesh Suresh Mukesh Dinesh Priya Pooja Anjali Sunita Kavita Deepak Vikram
        Arjun Krishna Lakshmi Meena Mohammad Abdul Rahim Shahid Imran Kamal Nazrul Jahangir Shakil Rubina Nasreen
        Bishal Suman Prakash Santosh Bikash Ganesh Hari Jitendra
    """,
    "chinese": """
        Wei Fang Min Jing Lei Qiang Yan Jun Ming Hua Xin Yu Hong Ping Gang Jie Tao Chao Xiu Ling Guo Jian Zhi Qing
        Xia Xue Feng Long Bo Kai Yong Hui Mei Lan Bin Dong Hai Rong Shan Cheng
    """,
    "russian": """
        Aleksandr Sergey Dmitry Andrey Aleksey Maksim Vladimir Yevgeny Ivan Mikhail Nikolay Yury Anatoly Viktor Oleg
        Igor Pavel Roman Artyom Kirill Yelena Olga Natalya Tatyana Irina Svetlana Yekaterina Anastasia Oksana Yulia
        Lyudmila Galina Marina Ksenia Zhanna Ruslan Timur Bakhtiyar Aziz Dilshod Nodir Gulnara
    """,
}  # fmt: skip
SURNAMES = {
    "spanish": """
        Hernández García Martínez López González Rodríguez Pérez Sánchez Ramírez Flores Gómez Torres Díaz Vásquez Cruz
        Morales Reyes Gutiérrez Ortiz Chávez Ramos Ruiz Mendoza Álvarez Castillo Jiménez Moreno Romero Herrera Medina
        Aguilar Vargas Castro Guzmán Velásquez Muñoz Rojas Salazar Contreras Guerrero Mejía Orellana Portillo Alvarado
        Zelaya Figueroa Escobar Cabrera Rivas Fuentes Villalobos Zavala Cárdenas Valenzuela Quintanilla Bonilla
        Benítez Argueta Ayala Barahona Bustillo Cáceres Calderón Carranza Cevallos Dávila Echeverría Espinoza Funes
        Galdámez Henríquez Huezo Ibarra Jaramillo Llanos Lozano Maldonado Membreño Montoya Nájera Núñez Ochoa Pacheco
        Peñate Pineda Quiñónez Quezada Rivera Saavedra Sandoval Solís Trujillo Ulloa Umaña Urbina Valladares Vallejo
        Yáñez Zambrano Zepeda Zúñiga Zumba Guamán Chimborazo Quishpe Huamán Ccori Mamani Bohórquez Hinojosa Viscarra
    """,
    "mayan": """
        Caal Choc Chub Tzoc Xol Coc Ical Pop Cuc Tut Ixchop Tzi Batz Ajanel Tum Chávez Ixcoy Us Pú Quib Tiu Zapeta
        Velasco Brito Raymundo Cedillo Cobo Ramírez Pablo Mateo Juárez Bámaca Ortiz Jerónimo Quej Cuxum Xitumul Ac
        Cahuec Sic Chen Tzunux Ixmatá Guarchaj Sohom Chox Ajpop Yaxón Tzul Ixtamer Saquic Coj Cojtí Socop Chaclán
        Xicay Tuyuc Bixcul Quiej Hernández López Mendoza Sacbajá Oxlaj Ixcayau
    """,
    "haitian": """
        Jean Pierre Joseph Charles Louis François Jean-Baptiste Saint-Louis Augustin Alexandre Michel Désir Paul
        Toussaint Étienne Dorvil Jean-Louis Pierre-Louis Jean-Pierre Desrosiers Estimé Fleurimond Guillaume Hyppolite
        Innocent Jacques Lafontant Lamour Mésidor Noël Orélus Philippe Philogène Racine Remy Sylvain Théodore Valcourt
        Victor Beauvais Beaubrun Bien-Aimé Casséus Célestin Chérubin Cadet Delva Dieujuste Dorcé Exantus Fanfan
        Gédéon Honoré Laguerre Mathurin Moïse Narcisse Saint-Fleur Saint-Vil Timothée
    """,
    "arabic": """
        Hassan Ali Mohammed Ahmed Ibrahim Hussein Al-Masri El-Sayed Khalil Mansour Saleh Haddad Khoury Nasser Rahman
        Al-Hashimi Al-Tikriti Qureshi Farouk Shahin Zaki Othman Saad Sharif Diallo Bah Barry Sow Camara Keita Traoré
        Konaté Cissé Ndiaye Diop Fall Touré Coulibaly Kamara Jalloh Sesay Abdi Warsame Farah Jama Osman Yusuf Noori
        Ahmadi Hussaini Karimi Rahimi Wardak Stanikzai Haidari Ghulam Ould-Cheikh Bouazizi Benali El-Khatib Abu-Zaid
    """,
    "south_asian": """
        Singh Kaur Patel Kumar Sharma Gill Sandhu Dhillon Sidhu Grewal Brar Dhaliwal Bhullar Randhawa Virk Chaudhary
        Thapa Gurung Shrestha Rai Tamang Lama Magar Rahman Hossain Islam Khan Begum Ahmed Chowdhury Miah Uddin Sarkar
        Das Roy Ghosh Mukherjee Reddy Krishnan Subramaniam Bhattarai Adhikari Poudel Acharya Khadka Bhandari Karki
        Jatt Ghuman Sekhon Toor Cheema Bajwa Aulakh
    """,
    "chinese": """
        Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Song Tang
        Han Feng Deng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei Su Lu Ding Ren Shen Yao Lu
        Jiang Cui Zhong Tan Wang Qiu Xiong Shi Qian Bai Ouyang
    """,
    "russian": """
        Ivanov Smirnov Kuznetsov Popov Vasilyev Petrov Sokolov Mikhaylov Novikov Fyodorov Morozov Volkov Alekseyev
        Lebedev Semyonov Yegorov Pavlov Kozlov Stepanov Nikolayev Orlov Andreyev Makarov Nikitin Zakharov Zaytsev
        Solovyov Borisov Yakovlev Grigoryev Romanov Vorobyov Sergeyev Kuzmin Frolov Aleksandrov Dmitriyev Korolyov
        Gusev Kiselyov Ilyin Maksimov Polyakov Sorokin Vinogradov Kovalenko Shevchenko Bondarenko Tkachenko Kravchuk
        Oliynyk Lysenko Marchenko Rakhimov Karimov Yusupov Tursunov Abdullayev Khamidov
    """,
}  # fmt: skip
# Beginnings and ends of rare surnames.
TAIL = {
    "spanish": (
        "Villa Monte Casa Torre Agui Bara Sala Peña Fuen Valde Riba Came Guada Zala Echa Iri Arre Cha Lla Alba Mira"
        " Corde Esca Gali Hermo Jara Lande Mosque Olmo Puer Quinta Robre Sando Tala Urru Ventu Zorri Beja Barre Cova",
        "verde rrubia lobos medina mayor tierra blanca gorria zábal rena goitia zúa nares ñera quera rdo ndo veros zano"
        " llán rillo gaña tegui cea leta mino jano vente ñuela rrosa zola",
    ),
    "mayan": (
        "Ix Aj Chi Tzu Xa Cu Qui Sa Bal Cha Po Tzo Yax Ca Ti Coj Xe Ba Chu Ma",
        "col quiej mal tzaj lub xum choy nel pac chol jol balam tul mux cab tzin quic yat",
    ),
    "haitian": (
        "Beau Bel Bon Dor Fleur Gran Lam Mon Sain Val Des Char Clair Dieu Jolie Mar Per Pré Ro Vil",
        "court mont vil lus cy seille don nière cin ville mé rival teau mond ber gène zil veus cière",
    ),
    "arabic": (
        "Al-Ba El-Sha Al-Qa Ben-Za Bou-Ha Abu-Ra Al-Fa Dar Ma Sha Ha Ka Ghu Za Al-Ja El-Mu Is Na Ra Tu",
        "ghdadi rqawi simi kkari yyad ttab mmoud zali wish ddadi rouni hlan tibi ssari bbas liki fari nani",
    ),
    "south_asian": (
        "Bal Chan Dhan Gur Har Jas Kar Lakh Man Nar Pan Raj Sukh Tar Bhat Cho Deo Gho Mukh Vish",
        "wal dhar preet pal want deep gar kota wani poria tia rana chia nagar vala lani dia shal",
    ),
    "chinese": ("", "Situ Shangguan Zhuge Huangfu Murong Linghu Kong Meng Qin Yan Lei Long Wan Duan Mo Chang Gong Mi"),
    "russian": (
        "Bel Gor Dub Zhur Kras Kut Lyub Mar Nest Ost Pod Rog Sav Tol Ush Fil Khar Tsar Chern Shal Shch Yar Zel Bog",
        "ovsky enko ov in yuk ichenko evsky akov onin utin ashov insky ushkin eyev",
    ),
}  # fmt: skip
